"""SIP messages (RFC 3261) as a simple phone or gateway needs them, and the answer to a digest challenge (RFC 2617)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

_CHALLENGE = re.compile(r'(\w+)="?([^",]+)"?')
_BRANCH = re.compile(r";\s*branch=([^;,\s]+)")
# what an answer repeats of the request (RFC 3261, sections 8.2.6.2 and 12.1.1)
_ECHOED = ("via", "from", "to", "call-id", "cseq", "record-route")
REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 480: "Temporarily Unavailable", 486: "Busy Here"}
SOUND = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, its headers in order, and its body."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Message:
        """Read a message; ``ValueError`` if it is none."""
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        first, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        if "SIP/2.0" not in first:
            raise ValueError(f"This is not a SIP message: {first[:80]}")
        pairs = (line.partition(":") for line in lines)
        return cls(first, tuple((name.strip(), value.strip()) for name, _, value in pairs), body)

    @property
    def status(self) -> int:
        """The status of an answer; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method of a request, or that of the request which is answered."""
        return self.first.split()[0] if not self.status else self.header("CSeq").split()[-1]

    @property
    def uri(self) -> str:
        """The request URI of a request."""
        return self.first.split()[1]

    @property
    def branch(self) -> str:
        """The id of the transaction."""
        found = _BRANCH.search(self.header("Via"))
        return found[1] if found else ""

    def all(self, name: str) -> list[str]:
        """Return the values of all headers of a name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """Return the first header of a name; empty without one."""
        return next(iter(self.all(name)), "")

    def encode(self) -> bytes:
        """Return the message as it is sent."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body.encode())}", "", self.body]).encode()

    def answer(self, status: int, tag: str, extra: Iterable[tuple[str, str]] = (), body: str = "") -> Message:
        """Return an answer to this request."""
        kept = [(name, value) for name, value in self.headers if name.lower() in _ECHOED]
        tagged = [
            (name, f"{value};tag={tag}" if name.lower() == "to" and ";tag=" not in value else value)
            for name, value in kept
        ]
        return Message(f"SIP/2.0 {status} {REASONS.get(status, 'Refused')}", (*tagged, *extra), body)


def target_of(header: str) -> str:
    """Return the URI in a header such as Contact."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.partition(";")[0]


def new_branch() -> str:
    """Return the id of a new transaction."""
    return f"z9hG4bK{secrets.token_hex(8)}"


def authorization(challenge: Message, method: str, uri: str, username: str, password: str) -> tuple[str, str]:
    """Return the header that answers the challenge of a refused request."""
    proxied = challenge.header("Proxy-Authenticate")
    asked = dict(_CHALLENGE.findall(proxied or challenge.header("WWW-Authenticate")))
    realm, nonce = asked["realm"], asked["nonce"]
    known, wanted = _md5(f"{username}:{realm}:{password}"), _md5(f"{method}:{uri}")
    given = {"username": username, "realm": realm, "nonce": nonce, "uri": uri}
    given["response"] = _md5(f"{known}:{nonce}:{wanted}")
    text = "Digest " + ", ".join(f'{name}="{value}"' for name, value in given.items())
    return ("Proxy-Authorization" if proxied else "Authorization"), text


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
