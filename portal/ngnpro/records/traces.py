"""Traces of a call: SIP messages and media (contract: getSipTrace, getMediaTrace, getMediaSummary, getMediaSessions).

On the wire the answers are JSON texts, whose members have the same names as the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from .base import Record, wire_field


def _pairs(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SipTraceFilter(Record):
    """The key of one call: ``node_ip`` is its ``proxy_ip``, ``call_id`` its ``session_id``."""

    node_ip: str
    call_id: str
    from_tag: str
    to_tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTraceFilter(Record):
    """The key of one call: ``node_ip`` is its ``proxy_ip``, ``call_id`` its ``session_id``."""

    node_ip: str
    call_id: str
    from_tag: str
    to_tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipTraceMessage(Record):
    """One SIP message.

    ``direction``: ``in`` or ``out``. ``time_stamp``: ``YYYY-MM-DD HH:MM:SS``. ``message``: as sent.
    ``from_ip`` and ``to_ip`` may hold ``transport:address:port``, then the ports are 0.
    """

    camel: ClassVar[bool] = False

    id: str = ""
    direction: str = ""
    time_stamp: str = ""
    from_ip: str = ""
    from_port: int = 0
    to_ip: str = ""
    to_port: int = 0
    to_proto: str = ""
    method: str = ""
    status: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStream(Record):
    """One media stream. Times are seconds since the call began; addresses are ``ip:port``."""

    camel: ClassVar[bool] = False

    media_type: str = ""
    status: str = ""
    start_time: int = 0
    end_time: int = 0
    timeout_wait: int = 0
    caller_local: str = ""
    callee_local: str = ""
    caller_remote: str = ""
    callee_remote: str = ""
    caller_packets: int = 0
    callee_packets: int = 0
    caller_bytes: int = 0
    callee_bytes: int = 0
    caller_codec: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTrace(Record):
    """The media of one call. ``duration``: seconds."""

    camel: ClassVar[bool] = False

    duration: int = 0
    streams: tuple[MediaStream, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSession(Record):
    """A call whose media are currently relayed. ``duration``: seconds."""

    camel: ClassVar[bool] = False

    from_uri: str = ""
    to_uri: str = ""
    duration: int = 0
    streams: tuple[MediaStream, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSummary(Record):
    """A media relay. ``bps_relayed``: bits per second; ``stream_count``: streams by media type; ``uptime``: seconds."""

    camel: ClassVar[bool] = False

    ip: str = ""
    bps_relayed: int = 0
    session_count: int = 0
    stream_count: tuple[tuple[str, int], ...] = wire_field((), read=_pairs)
    status: str = ""
    uptime: int = 0
