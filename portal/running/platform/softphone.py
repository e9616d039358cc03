"""A small SIP phone without sound, to try a platform: it registers, and answers calls or makes one after the other.

::

    python -m portal.running.platform.softphone --proxy 127.0.0.1:5060 --account anna@example.com --call bert

The password is read from the environment, ``SOFTPHONE_PASSWORD``.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import sys
import time
from dataclasses import replace
from types import FrameType
from typing import NoReturn

from portal.running.platform.messages import SOUND, Message, authorization, new_branch, target_of

HOST = "127.0.0.1"
PATIENCE = 32.0  # seconds until a request counts as not answered (RFC 3261, 64 times T1)
EXPIRES = 120
# seconds until a phone tries again that could not register
SOON = 2
OK = 200


class NoAnswer(Exception):
    """The proxy did not answer a request."""


class SipPhone:
    """A phone of one account, over UDP on this machine; ``contact`` registers another phone in its place."""

    def __init__(self, proxy: tuple[str, int], account: str, password: str, *, contact: str = "") -> None:
        self.account = account
        self.username, _, self.domain = account.partition("@")
        self.received: list[str] = []
        self._proxy, self._password = proxy, password
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._tag = secrets.token_hex(4)
        self.contact = contact or f"sip:{self.username}@{HOST}:{self.port}"

    def close(self) -> None:
        """Close its socket."""
        self._socket.close()

    def register(self, expires: int = EXPIRES) -> int:
        """Register, and return the status of the answer. Raises ``NoAnswer``."""
        headers = [("Contact", f"<{self.contact}>"), ("Expires", str(expires))]
        return self._converse("REGISTER", f"sip:{self.domain}", f"sip:{self.account}", headers)[1].status

    def call(self, to: str, talk: float = 0, headers: tuple[tuple[str, str], ...] = ()) -> int:
        """Call an address or number, talk for some seconds, hang up, and return the final status; or ``NoAnswer``."""
        address = to if "@" in to else f"{to}@{self.domain}"
        uri = to if to.startswith(("sip:", "tel:")) else f"sip:{address}"
        given = [("Contact", f"<{self.contact}>"), ("Content-Type", "application/sdp"), *headers]
        request, answer = self._converse("INVITE", uri, uri, given, SOUND.format(host=HOST))
        if answer.status < 300:
            self._within_call(request, answer, "ACK")
            self.listen(talk)
            self._exchange(self._within_call(request, answer, "BYE"))
        return answer.status

    def listen(self, seconds: float) -> None:
        """Take calls for some seconds."""
        end = time.monotonic() + seconds
        while self._receive(end) is not None:
            pass

    def _converse(
        self, method: str, uri: str, to: str, headers: list[tuple[str, str]], body: str = ""
    ) -> tuple[Message, Message]:
        """Make a request, again with the password if that is asked for; return it, and its final answer."""
        request = self._request(method, uri, to, headers, body)
        answer = self._exchange(request)
        if answer.status in (401, 407):
            proof = authorization(answer, method, uri, self.username, self._password)
            request = self._again(request, proof)
            answer = self._exchange(request)
        return request, answer

    def _request(self, method: str, uri: str, to: str, headers: list[tuple[str, str]], body: str) -> Message:
        basic = [
            ("Via", f"SIP/2.0/UDP {HOST}:{self.port};branch={new_branch()};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{self.account}>;tag={secrets.token_hex(4)}"),
            ("To", f"<{to}>"),
            ("Call-ID", secrets.token_hex(12)),
            ("CSeq", f"1 {method}"),
            ("User-Agent", "Softphone of the portal"),
        ]
        return Message(f"{method} {uri} SIP/2.0", (*basic, *headers), body)

    def _again(self, request: Message, proof: tuple[str, str]) -> Message:
        """Return a request as a new transaction, with a password's proof."""
        via = f"SIP/2.0/UDP {HOST}:{self.port};branch={new_branch()};rport"
        changed = {"Via": via, "CSeq": f"2 {request.method}"}
        return replace(request, headers=(*((name, changed.get(name, value)) for name, value in request.headers), proof))

    def _exchange(self, request: Message) -> Message:
        """Send a request, again while nothing comes back, and return its final answer, which is acknowledged."""
        end, pause = time.monotonic() + PATIENCE, 1.0
        heard = False
        while time.monotonic() < end:
            if not heard:
                self._socket.sendto(request.encode(), self._proxy)
            until = end if heard else min(end, time.monotonic() + pause)
            while (message := self._receive(until)) is not None:
                if not message.status or message.branch != request.branch:
                    continue
                heard = True
                if message.status >= 200:
                    self._acknowledge_refusal(request, message)
                    return message
                until = end
            pause *= 2
        raise NoAnswer(f"Nothing answers {request.first} at {self._proxy[0]}:{self._proxy[1]}.")

    def _acknowledge_refusal(self, request: Message, answer: Message) -> None:
        """Send the ACK of a refused call, which belongs to its transaction (RFC 3261, section 17.1.1.3)."""
        if request.method != "INVITE" or answer.status < 300:
            return
        kept = [(name, request.header(name)) for name in ("Via", "Max-Forwards", "From", "Call-ID")]
        number = request.header("CSeq").split()[0]
        headers = (*kept, ("To", answer.header("To")), ("CSeq", f"{number} ACK"))
        self._socket.sendto(Message(f"ACK {request.uri} SIP/2.0", headers).encode(), self._proxy)

    def _within_call(self, request: Message, answer: Message, method: str) -> Message:
        """Send ACK, or return BYE, along the route of an answered call (RFC 3261, section 12.2.1.1)."""
        number = int(request.header("CSeq").split()[0]) + (method == "BYE")
        headers = [
            ("Via", f"SIP/2.0/UDP {HOST}:{self.port};branch={new_branch()};rport"),
            *(("Route", value) for value in reversed(answer.all("Record-Route"))),
            ("Max-Forwards", "70"),
            ("From", request.header("From")),
            ("To", answer.header("To")),
            ("Call-ID", request.header("Call-ID")),
            ("CSeq", f"{number} {method}"),
        ]
        message = Message(f"{method} {target_of(answer.header('Contact'))} SIP/2.0", tuple(headers))
        if method == "ACK":
            self._socket.sendto(message.encode(), self._proxy)
        return message

    def _receive(self, until: float) -> Message | None:
        """Wait for a message; requests are answered before it is returned. ``None`` if the time is over."""
        left = until - time.monotonic()
        if left <= 0:
            return None
        self._socket.settimeout(left)
        try:
            data, sender = self._socket.recvfrom(65535)
        except TimeoutError:
            return None
        message = Message.parse(data) if b"SIP/2.0" in data else Message("SIP/2.0 100 Nothing", ())
        if not message.status:
            self._take(message, sender)
        return message

    def _take(self, request: Message, sender: tuple[str, int]) -> None:
        if request.method == "ACK":
            return
        if request.method != "INVITE":
            self._socket.sendto(request.answer(200, self._tag).encode(), sender)
            return
        self.received.append(request.uri)
        extra = [("Contact", f"<{self.contact}>"), ("Content-Type", "application/sdp")]
        self._socket.sendto(request.answer(200, self._tag, extra, SOUND.format(host=HOST)).encode(), sender)


def main(words: list[str]) -> NoReturn:
    """Run a phone until it is told to end."""
    parser = argparse.ArgumentParser(description="A small SIP phone without sound.")
    parser.add_argument("--proxy", required=True, help="host and port of the SIP proxy")
    parser.add_argument("--account", required=True, help="the account of the phone, user@domain")
    parser.add_argument("--call", help="the address that it calls")
    parser.add_argument("--talk", type=float, default=5, help="seconds that a call lasts")
    parser.add_argument("--pause", type=float, default=15, help="seconds between two calls")
    given = parser.parse_args(words)
    host, _, port = given.proxy.rpartition(":")
    phone = SipPhone((host, int(port)), given.account, os.environ.get("SOFTPHONE_PASSWORD", ""))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    while True:
        phone.listen(_work(phone, given.call, given.talk, given.pause))


def _work(phone: SipPhone, callee: str | None, talk: float, pause: float) -> float:
    """Register, and call somebody if that is wanted; return the seconds until this is done again."""
    try:
        if (status := phone.register()) != OK:
            _say(f"{phone.account} cannot register: {status}")
            return SOON
        if callee:
            _say(f"{phone.account} called {callee}: {phone.call(callee, talk)}")
    except NoAnswer as problem:
        _say(str(problem))
        return SOON
    return pause if callee else EXPIRES / 2


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
