"""Whatever is sent over HTTP, the server answers soon, with a fault if necessary, and nothing changes."""

from __future__ import annotations

import contextlib
import http.client
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from benchmarks.machine import processor_seconds
from ngnpro_server.config import Database
from ngnpro_server.store.engine import open_engine
from ngnpro_server.store.schema import metadata
from ngnpro_wire.codec import encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support.databases import empty_database
from tests.support.real_server import ADMINISTRATOR, HOST, RealServer, real_server

pytestmark = pytest.mark.real

PATIENCE = 30
MOST_PROCESSOR_SECONDS = 2.0
# failed logins are recorded, and the server measures itself from time to time; nothing else may change
MEASURED = frozenset({"turns", "health_samples", "gateway_states", "domain_usage", "call_counts"})
WRITTEN = frozenset({"login_failures"}) | MEASURED
READS = [("Sip", "getAccounts"), ("Sip", "getAccount"), ("Sip", "getDomains"), ("Enum", "getNumbers")]
WRITES = [("Sip", "addDomain"), ("Sip", "deleteDomain"), ("Sip", "addAccount"), ("Sip", "deleteAccount")]
ARGUMENTS: dict[str, dict[str, Any]] = {
    "getAccounts": {"query": {"filter": {"domain": "example.com"}, "range": {"start": 0, "count": 5}}},
    "getAccount": {"sipId": {"username": "ada", "domain": "example.com"}},
    "getDomains": {"query": {"orderBy": {"attribute": "domain", "direction": "ASC"}}},
    "getNumbers": {"query": {"filter": {"number": "31%"}}},
    "addDomain": {"domain": {"domain": "new.example"}},
    "deleteDomain": {"domain": "example.com"},
    "addAccount": {"account": {"id": {"username": "new", "domain": "example.com"}, "password": "secret-word"}},
    "deleteAccount": {"sipId": {"username": "ada", "domain": "example.com"}},
}


def envelope(port: str, operation: str, auth: dict[str, Any]) -> bytes:
    schema = load_schema()
    return encode_request(schema, schema.operation(port, operation), ARGUMENTS[operation], auth)


def contents(database: Database) -> dict[str, list[Any]]:
    """Read every table."""
    engine = open_engine(database.url, database)
    with engine.connect() as connection:
        tables = [table for table in metadata.sorted_tables if table.name not in WRITTEN]
        found = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
    engine.dispose()
    return found


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Damage an envelope: remove, insert and repeat pieces of it."""
    body = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 60)))
        piece = draw(
            st.binary(max_size=20) | st.sampled_from([b"<", b"&x;", b"<!DOCTYPE x>", b"]]>", b"\0", b" id=''"])
        )
        body[start:end] = piece + (bytes(body[start:end]) * draw(st.integers(0, 3)))
    return bytes(body)


def stranger() -> dict[str, Any]:
    return {"username": "admin", "password": "another-secret", "admin": True}


BODIES = st.one_of(
    st.binary(max_size=3000),
    st.sampled_from(READS).flatmap(lambda call: damaged(envelope(*call, ADMINISTRATOR))),
    st.sampled_from(WRITES).flatmap(lambda call: damaged(envelope(*call, stranger()))),
    st.sampled_from(WRITES).flatmap(
        lambda call: st.integers(0, 700).map(lambda end: envelope(*call, ADMINISTRATOR)[: end - 800])
    ),
)
PATHS = st.sampled_from(["/", "/ngnpro", "/wsdl", "/?wsdl", "//", "/" + "x" * 3000, "/%00", "/health"])
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "SOAPAction", "X-Forwarded-For", "X-Forwarded-Proto", "Expect", "Accept"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    max_size=4,
)


def send(server: RealServer, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    with server.connection() as connection:
        connection.timeout = PATIENCE
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def raw(server: RealServer, content: bytes) -> bytes:
    """Send bytes that may not be HTTP, close the sending side, and return the answer."""
    with socket.create_connection((HOST, server.port), PATIENCE) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
        pieces = []
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                pieces.append(piece)
    return b"".join(pieces)


def require_fault_or_answer(status: int, reply: bytes) -> None:
    assert b"Traceback" not in reply
    assert f">{FaultCode.INTERNAL_ERROR}<".encode() not in reply
    if status == 500:
        assert b"<errorcode" in reply
    else:  # bytes that still are a request are answered, others are refused by the web server
        assert status == 200 or 400 <= status < 500


def test_any_request_gives_a_fault_or_an_answer_and_changes_nothing(tmp_path: Path) -> None:
    database = empty_database(tmp_path)
    with real_server(tmp_path, database, NGNPRO_SERVER_WORKERS="1") as server:
        server.call("Sip", "addDomain", domain={"domain": "example.com"})
        account = {"id": {"username": "ada", "domain": "example.com"}, "password": "secret-word"}
        server.call("Sip", "addAccount", account=account)
        before = contents(database)
        processes = server.program.group_members()

        @settings(max_examples=150)
        @given(PATHS, HEADERS, BODIES)
        def any_request(path: str, headers: dict[str, str], body: bytes) -> None:
            used = processor_seconds(processes)
            require_fault_or_answer(*send(server, path, headers, body))
            assert processor_seconds(processes) - used < MOST_PROCESSOR_SECONDS

        any_request()
        assert contents(database) == before
        assert "Traceback" not in server.program.read()
        assert server.program.group_members() == processes


@pytest.mark.databases("sqlite")
def test_bytes_that_are_not_http_change_nothing(tmp_path: Path) -> None:
    body = envelope("Sip", "getDomains", ADMINISTRATOR)
    whole = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with real_server(tmp_path, empty_database(tmp_path), NGNPRO_SERVER_WORKERS="1") as server:

        @settings(max_examples=100)
        @given(st.binary(max_size=500) | st.integers(1, len(whole) - 1).map(lambda end: whole[:end]) | damaged(whole))
        def any_bytes(content: bytes) -> None:
            assert b"Traceback" not in raw(server, content)

        any_bytes()
        assert server.call("Sip", "getDomains", query={})["total"] == 0
        assert server.get("/health")[0] == http.client.OK
        assert "Traceback" not in server.program.read()
