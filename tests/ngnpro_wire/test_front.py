"""The HTTP front in this process: limits in time and size, TLS, and the orderly end of connections."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from ngnpro_wire.front.channel import ListeningServer, Strangers, TimeLimits
from tests.support.certificates import self_signed
from tests.support.slow import HALF_BODY, HALF_HEADERS, half_sent

pytestmark = pytest.mark.real

HOST = "127.0.0.1"
LARGEST = 3 * 1024 * 1024
PATIENCE = 30

Application = Callable[[dict[str, Any], Any], list[bytes]]


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@contextlib.contextmanager
def serving(
    tls: ssl.SSLContext | None = None,
    application: Application = echo,
    limits: TimeLimits | None = None,
    strangers: Strangers | None = None,
) -> Iterator[ListeningServer]:
    """Serve an application with two threads until the block ends."""
    listener = socket.create_server((HOST, 0))
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(2)
    connections: dict[int, Any] = {}
    adjustments = Adjustments(
        sockets=[listener],
        cleanup_interval=0,
        max_request_body_size=LARGEST,
        inbuf_overflow=LARGEST,
        outbuf_overflow=LARGEST,
    )
    server = ListeningServer(application, connections, listener, dispatcher, adjustments, tls, limits, strangers)
    ended = threading.Event()

    def turn() -> None:
        while not ended.is_set():
            wasyncore.poll2(0.05, connections)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield server
    finally:
        ended.set()
        thread.join()
        dispatcher.shutdown()
        wasyncore.close_all(connections)
        listener.close()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS contexts for a server, and for a client that trusts it."""
    certificate = self_signed(tmp_path_factory.mktemp("tls"))
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate, Path(certificate).with_suffix(".key"))
    theirs = ssl.create_default_context(cafile=str(certificate))
    return ours, theirs


def port_of(server: ListeningServer) -> int:
    return int(server.effective_port)


def is_closed(connection: socket.socket) -> bool:
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def drip(connection: socket.socket) -> None:
    for _ in range(20 * PATIENCE):
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("sent", [HALF_HEADERS, HALF_BODY])
def test_a_request_that_drips_is_cut_off_after_its_time(sent: bytes) -> None:
    limits = TimeLimits(header_seconds=0.3, request_seconds=0.3)
    with serving(limits=limits) as server, socket.create_connection((HOST, port_of(server)), PATIENCE) as connection:
        connection.sendall(sent)
        with pytest.raises(ConnectionError):
            drip(connection)


def test_a_body_that_is_too_long_is_refused_unread_with_its_length_and_without() -> None:
    with serving() as server:
        for header in (b"Content-Length: 300000000", b"Transfer-Encoding: chunked"):
            with socket.create_connection((HOST, port_of(server)), PATIENCE) as connection:
                connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
                with contextlib.suppress(ConnectionError):
                    for _ in range(8 if b"chunked" in header else 0):
                        connection.sendall(b"80000\r\n" + bytes(0x80000) + b"\r\n")
                answer = b""
                with contextlib.suppress(ConnectionError):
                    while piece := connection.recv(65536):
                        answer += piece
                assert answer.startswith(b"HTTP/1.1 413 "), answer[:80]


@pytest.mark.parametrize(
    ("cookie", "length", "status"),
    [
        ("", 1001, 413),
        ("", 1000, 200),
        ("theme=dark", 1001, 413),
        ("theme=dark; session=abc", 1001, 200),
        ("session=abc", LARGEST, 413),
    ],
)
def test_without_a_session_less_is_read(cookie: str, length: int, status: int) -> None:
    headers = {"Cookie": cookie} if cookie else {}
    with serving(strangers=Strangers("session", 1000)) as server:
        connection = http.client.HTTPConnection(HOST, port_of(server), timeout=PATIENCE)
        connection.request("POST", "/", bytes(length), headers)
        assert connection.getresponse().status == status
        connection.close()


def test_without_a_session_chunks_are_read_up_to_the_limit_only() -> None:
    with serving(strangers=Strangers("session", 1000)) as server:
        connection = http.client.HTTPConnection(HOST, port_of(server), timeout=PATIENCE)
        connection.request("POST", "/", iter([bytes(600), bytes(600)]), encode_chunked=True)
        assert connection.getresponse().status == 413
        connection.close()


@pytest.mark.parametrize("with_tls", [False, True])
def test_a_client_that_keeps_sending_a_refused_body_still_reads_why(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], with_tls: bool
) -> None:
    ours, theirs = contexts
    with serving(ours if with_tls else None) as server, contextlib.ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection((HOST, port_of(server)), PATIENCE))
        if with_tls:
            connection = stack.enter_context(theirs.wrap_socket(connection, server_hostname=HOST))
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
        for _ in range(200):
            connection.sendall(bytes(100_000))
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("size", [0, 1, 20_000, 2_500_000])
def test_tls_carries_bodies_of_any_size_both_ways_on_one_connection(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], size: int
) -> None:
    ours, theirs = contexts
    with (
        serving(ours) as server,
        contextlib.closing(
            http.client.HTTPSConnection(HOST, port_of(server), timeout=PATIENCE, context=theirs)
        ) as connection,
    ):
        for number in range(3):
            body = bytes([number]) * size
            connection.request("POST", "/", body)
            assert connection.getresponse().read() == body


def test_clients_without_tls_or_that_send_nothing_hinder_no_others(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    ours, theirs = contexts
    with serving(ours) as server:
        port = port_of(server)
        with socket.create_connection((HOST, port), PATIENCE) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert is_closed(plain)
        with half_sent(port, 30, b""), half_sent(port, 30, HALF_HEADERS, theirs):
            connection = http.client.HTTPSConnection(HOST, port, timeout=PATIENCE, context=theirs)
            with contextlib.closing(connection):
                connection.request("POST", "/", b"whole")
                assert connection.getresponse().read() == b"whole"


def test_in_a_process_that_ends_a_request_is_answered_and_its_connection_closed() -> None:
    with serving() as server:
        connection = http.client.HTTPConnection(HOST, port_of(server), timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", "/", b"first")
            answer = connection.getresponse()
            assert (answer.read(), answer.getheader("Connection")) == (b"first", None)
            server.stop_accepting()
            connection.request("POST", "/", b"last")
            answer = connection.getresponse()
            assert (answer.read(), answer.getheader("Connection")) == (b"last", "close")
