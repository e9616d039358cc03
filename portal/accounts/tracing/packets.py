"""The SIP messages of a trace: what a ladder shows of each (RFC 3261), and their session descriptions (RFC 8866)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.calls.services import without_secrets
from portal.core.templatetags.portal import parse_moment
from portal.ngnpro.records import SipTraceMessage

# The classes of messages by which ladders are coloured.
REQUEST, PROVISIONAL, SUCCESS, REDIRECTION, FAILURE = "request", "provisional", "success", "redirection", "failure"
_CLASSES = {"1": PROVISIONAL, "2": SUCCESS, "3": REDIRECTION}
_STATUS = re.compile(r"SIP/2\.0 ([1-6])[0-9]{2}(?: |$)")
_TRANSPORTS = frozenset({"udp", "tcp", "tls", "ws", "wss", "sctp"})
_LONGEST_TITLE = 120
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of a message: IP address or host name, port (0 if unknown) and transport (empty if unknown)."""

    host: str
    port: int = 0
    transport: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else self.host


@dataclass(frozen=True, slots=True)
class Stream:
    """A media stream that a message offers or answers: its medium, address, codecs, direction, and whether with ICE."""

    medium: str
    address: str
    codecs: str
    direction: str
    has_ice: bool


@dataclass(frozen=True, slots=True)
class Packet:
    """A SIP message as ladders show it, without credentials and media keys.

    ``after``: seconds after the first message, ``None`` if unknown. ``size``: bytes as sent. ``kind``: its class.
    """

    number: int
    title: str
    sender: End
    receiver: End
    at: datetime | None
    after: int | None
    size: int
    kind: str
    text: str
    streams: tuple[Stream, ...]
    diversion: str

    @property
    def transport(self) -> str:
        return (self.sender.transport or self.receiver.transport).upper()


def packets_of(trace: Sequence[SipTraceMessage]) -> tuple[Packet, ...]:
    """Return the messages of a trace, in its order."""
    moments = [parse_moment(one.time_stamp) for one in trace]
    first = next((moment for moment in moments if moment), None)
    return tuple(
        _packet(number, one, at, first) for number, (one, at) in enumerate(zip(trace, moments, strict=True), 1)
    )


def _packet(number: int, one: SipTraceMessage, at: datetime | None, first: datetime | None) -> Packet:
    text = without_secrets(one.message)
    head = text.partition("\n")[0].strip()
    return Packet(
        number=number,
        title=(head or f"{one.method} {one.status}".strip())[:_LONGEST_TITLE],
        sender=end_of(one.from_ip, one.from_port),
        receiver=end_of(one.to_ip, one.to_port, one.to_proto),
        at=at,
        after=int((at - first).total_seconds()) if at and first else None,
        size=len(one.message.encode()),
        kind=kind_of(head, one.status),
        text=text,
        streams=tuple(streams_of(one.message)),
        diversion=header_of(text, "Diversion"),
    )


def end_of(text: str, port: int = 0, transport: str = "") -> End:
    """Read an end: ``transport:address:port``, ``address:port`` or an address; IPv6 addresses may be in brackets."""
    start, colon, rest = text.partition(":")
    if colon and start.lower() in _TRANSPORTS:
        text, transport = rest, start
    host, _colon, last = text.rpartition(":")
    if last.isascii() and last.isdecimal() and host and (":" not in host or host.endswith("]")):
        text, port = host, int(last)
    return End(text.strip("[]"), port, transport.lower())


def kind_of(title: str, status: str) -> str:
    """Return the class of a message, from its first line, or from the status of the trace if that line is missing."""
    if not title:
        return _CLASSES.get(status[:1], FAILURE) if status else REQUEST
    match = _STATUS.match(title)
    return _CLASSES.get(match[1], FAILURE) if match else REQUEST


def header_of(message: str, name: str) -> str:
    """Return the value of the first header field of a name, in one line; empty if there is none."""
    lines = iter(message.replace("\r\n", "\n").partition("\n\n")[0].split("\n"))
    found = ""
    for line in lines:
        if found and line[:1] not in (" ", "\t"):
            break
        if found or line.casefold().startswith(f"{name.casefold()}:"):
            found += (line if found else line.partition(":")[2]).strip() + " "
    return found.strip()[:200]


def streams_of(message: str) -> list[Stream]:
    """Return the media streams of a message's session description; none if it has no such body."""
    body = message.replace("\r\n", "\n").partition("\n\n")[2]
    if not body.lstrip().startswith("v=0"):
        return []
    session, *media = re.split(r"(?m)^(?=m=)", body)
    host = _connection(session)
    return [_stream(part.split("\n"), host, session) for part in media[:20]]


def _stream(lines: list[str], host: str, session: str) -> Stream:
    medium, port, _profile, *formats = [*lines[0].removeprefix("m=").split(), "", "", ""][:40]
    names = dict(re.findall(r"a=rtpmap:([0-9]{1,3}) ([^/\s]{1,40})", "\n".join(lines)))
    attributes = {line.removeprefix("a=").strip() for line in lines}
    direction = next(iter(_DIRECTIONS & attributes), "") or next(
        (name for name in _DIRECTIONS if f"a={name}" in session.split()), "sendrecv"
    )
    return Stream(
        medium=medium[:20],
        address=f"{_connection(chr(10).join(lines)) or host}:{port}"[:80],
        codecs=", ".join(dict.fromkeys(names.get(one, one) for one in formats if one))[:120],
        direction=direction,
        has_ice=any(line.startswith("a=candidate:") for line in lines),
    )


def _connection(part: str) -> str:
    found = re.search(r"(?m)^c=IN IP[46] ([^\s/]{1,64})", part)
    return found[1] if found else ""
