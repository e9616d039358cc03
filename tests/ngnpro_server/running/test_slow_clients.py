"""Clients that send half of a request do not block others, and oversized bodies are refused before they are read."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.certificates import self_signed
from tests.support.databases import empty_database
from tests.support.processes import PATIENCE
from tests.support.real_server import HOST, RealServer, real_server
from tests.support.slow import HALF_BODY, HALF_HEADERS, half_sent

pytestmark = [pytest.mark.real, pytest.mark.databases("sqlite")]

LIMIT = 4096


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server that takes calls of up to ``LIMIT`` bytes, for all tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("server")
    with real_server(folder, empty_database(folder), NGNPRO_SERVER_MAX_REQUEST=str(LIMIT)) as server:
        yield server


def answers_calls(server: RealServer) -> bool:
    return {server.call("Sip", "getDomains", query={})["total"] for _ in range(8)} == {0}


def test_two_hundred_half_sent_requests_hinder_no_call(server: RealServer) -> None:
    with half_sent(server.port, 100, HALF_HEADERS), half_sent(server.port, 100, HALF_BODY):
        assert answers_calls(server)


def test_with_tls_neither_half_sent_requests_nor_missing_handshakes_hinder_a_call(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    settings = {
        "NGNPRO_SERVER_CERTIFICATE": str(certificate),
        "NGNPRO_SERVER_PRIVATE_KEY": str(certificate.with_suffix(".key")),
    }
    tls = ssl.create_default_context(cafile=str(certificate))
    with (
        real_server(tmp_path, empty_database(tmp_path), tls, **settings) as server,
        half_sent(server.port, 100, HALF_HEADERS, tls),
        half_sent(server.port, 100, HALF_BODY, tls),
        half_sent(server.port, 100, b"", tls),
        half_sent(server.port, 100, b"\x16\x03\x01"),
    ):
        assert answers_calls(server)


def chunked(size: int) -> bytes:
    return b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (size, bytes(size))


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (b"Content-Length: 5000\r\n\r\n" + bytes(5000), FaultCode.REQUEST_TOO_LARGE),
        (chunked(5000), FaultCode.REQUEST_TOO_LARGE),
        (chunked(4000), FaultCode.REQUEST_MALFORMED),
        (b"\r\n" + bytes(100), FaultCode.REQUEST_MALFORMED),
    ],
)
def test_a_call_that_is_too_long_gets_a_fault_with_its_length_and_without(
    server: RealServer, rest: bytes, expected: FaultCode
) -> None:
    assert f"<errorcode>{expected}<".encode() in answer_to(server, rest).replace(b' xsi:type="xsd:int"', b"")


@pytest.mark.parametrize("rest", [b"Content-Length: 300000000\r\n\r\n", chunked(1_000_000)])
def test_a_call_that_is_much_too_long_is_not_read_at_all(server: RealServer, rest: bytes) -> None:
    assert answer_to(server, rest).startswith(b"HTTP/1.1 413 ")


def answer_to(server: RealServer, rest: bytes) -> bytes:
    """Send a POST whose headers and body end with ``rest``, and return the whole answer."""
    with socket.create_connection((HOST, server.port), PATIENCE) as connection:
        answer = b""
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + rest)
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
    return answer
