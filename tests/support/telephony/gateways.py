"""Many gateways and phones in one thread, over UDP, TCP and TLS: each is an IP address of this machine's loopback."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from portal.running.platform.messages import SOUND, Message
from tests.support.certificates import self_signed
from tests.support.processes import PATIENCE

# with a second address for each, so that one that refuses calls can be tried after another
ANSWERING = tuple(f"127.0.0.{number}" for number in range(11, 17))
FAILING = tuple(f"127.0.0.{number}" for number in range(21, 24))
REFUSING = ("127.0.0.31",)
PHONES = "127.0.0.51"


@dataclass
class Gateways:
    """Gateways that answer calls, that fail with 503, or that refuse calls with 404, and what they received."""

    port: int
    tls_port: int
    received: list[str] = field(default_factory=list)
    connections: list[asyncio.Transport] = field(default_factory=list)

    def take(self, data: bytes, host: str) -> bytes | None:
        """Return the answer to a message, and note the request URI of a call."""
        if b"SIP/2.0" not in data:
            return None
        request = Message.parse(data)
        if request.status or request.method == "ACK":
            return None
        if request.method != "INVITE":
            return request.answer(200, "bye").encode()
        self.received.append(request.uri)
        if host in FAILING or host in REFUSING:
            return request.answer(503 if host in FAILING else 404, "no").encode()
        transport = request.header("Via").split()[0].rpartition("/")[2].lower()
        port = self.tls_port if transport == "tls" else self.port
        contact = f"<sip:gateway@{host}:{port};transport={transport}>"
        extra = [("Contact", contact), ("Content-Type", "application/sdp")]
        return request.answer(200, "yes", extra, SOUND.format(host=host)).encode()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, gateways: Gateways, host: str) -> None:
        self._gateways, self._host = gateways, host

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11 does not call its own class one of these
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self._gateways.take(data, self._host):
            self._transport.sendto(answer, addr)


class _Streams(asyncio.Protocol):
    def __init__(self, gateways: Gateways, host: str) -> None:
        self._gateways, self._host, self._waiting = gateways, host, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._gateways.connections.append(self._transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, rest = self._waiting.partition(b"\r\n\r\n")
            length = int(Message.parse(head).header("Content-Length") or 0) if b"SIP/2.0" in head else 0
            if len(rest) < length:
                return
            self._waiting = rest[length:]
            if answer := self._gateways.take(head + b"\r\n\r\n" + rest[:length], self._host):
                self._transport.write(answer)


async def _run(gateways: Gateways, folder: Path, ready: threading.Event, end: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    certificate = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    opened: list[asyncio.BaseTransport | asyncio.Server] = []
    for host in (*ANSWERING, *FAILING, *REFUSING, PHONES):
        datagrams, streams = functools.partial(_Datagrams, gateways, host), functools.partial(_Streams, gateways, host)
        opened.append((await loop.create_datagram_endpoint(datagrams, local_addr=(host, gateways.port)))[0])
        opened.append(await loop.create_server(streams, host, gateways.port))
        opened.append(await loop.create_server(streams, host, gateways.tls_port, ssl=context))
    ready.set()
    await end.wait()
    for one in (*opened, *gateways.connections):
        one.close()
    await asyncio.sleep(0.1)


@contextlib.contextmanager
def gateways(folder: Path, port: int, tls_port: int) -> Iterator[Gateways]:
    """Run all gateways and phones until the block ends."""
    made = Gateways(port, tls_port)
    ready, end, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(_run(made, folder, ready, end),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()
