"""The server in production: several worker processes, a graceful shutdown, TLS, and monitoring."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from ngnpro_server.config import Database
from ngnpro_server.platform.install import downgrade_platform
from ngnpro_server.store.engine import open_engine
from ngnpro_server.store.readiness import NOT_CURRENT
from ngnpro_wire.codec import WireFault, encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from portal.ngnpro import Credentials, Engine, Ngnpro, Query, errors
from tests.support.certificates import self_signed
from tests.support.databases import empty_database, sqlite_database
from tests.support.processes import wait_until
from tests.support.real_server import HOST, RealServer, real_server
from tests.support.steady import Steady, held_socket

pytestmark = pytest.mark.real

WORKERS = "3"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    with real_server(tmp_path, empty_database(tmp_path), NGNPRO_SERVER_WORKERS=WORKERS) as server:
        yield server


@pytest.mark.databases("sqlite")
def test_the_log_is_json_where_it_is_set_and_has_the_id_of_the_request(tmp_path: Path) -> None:
    with real_server(tmp_path, empty_database(tmp_path), NGNPRO_SERVER_LOG_FORMAT="json") as server:
        server.call("Sip", "addDomain", domain={"domain": "example.com"})
        wait_until(lambda: "Sip.addDomain" in server.program.read(), "the call is in the log")
        [line] = [line for line in server.program.read().splitlines() if "Sip.addDomain" in line]
    said = json.loads(line)
    assert "by administrator ('admin') from 127.0.0.1: ok in" in said["message"]
    assert (said["level"], bool(said["request"])) == ("INFO", True)


def together(number: int, call: Callable[[int], Any]) -> Counter[int]:
    """Make calls in parallel, each in a thread and over a connection of its own; count their fault codes."""
    codes: Counter[int] = Counter()
    start = threading.Barrier(number)

    def one(index: int) -> None:
        start.wait()
        try:
            call(index)
            codes[0] += 1
        except WireFault as fault:
            codes[fault.code or -1] += 1

    threads = [threading.Thread(target=one, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def account(name: str, **members: Any) -> dict[str, Any]:
    return {"id": {"username": name, "domain": "example.com"}, "password": "secret-word"} | members


class TestProcesses:
    """Parallel calls to several processes."""

    def test_two_adds_of_one_name_give_one_success(self, server: RealServer) -> None:
        domains = together(8, lambda _i: server.call("Sip", "addDomain", domain={"domain": "example.com"}))
        assert domains == {0: 1, FaultCode.DOMAIN_EXISTS: 7}
        accounts = together(8, lambda _i: server.call("Sip", "addAccount", account=account("alice")))
        assert accounts == {0: 1, FaultCode.ACCOUNT_EXISTS: 7}

    def test_updates_of_one_record_never_mix_and_all_are_counted(self, server: RealServer) -> None:
        server.call("Sip", "addDomain", domain={"domain": "example.com"})
        server.call("Sip", "addAccount", account=account("alice"))

        def change(index: int) -> None:
            word = f"w{index}"
            properties = [{"name": f"{word}.{number}", "value": word} for number in range(5)]
            changes = {"firstName": word, "lastName": word, "groups": [word, "quota"], "properties": properties}
            server.call("Sip", "updateAccount", account=account("alice", **changes))
            found = server.call("Sip", "getAccount", sipId={"username": "alice", "domain": "example.com"})
            seen = {found["firstName"], found["lastName"], *found["groups"], *(p["value"] for p in found["properties"])}
            assert len(seen - {"quota"}) == 1, found

        codes = together(8, change)
        assert codes == {0: 8}
        listed = server.call("Sip", "getAccounts", query={"filter": {"groups": ["quota"]}})
        assert listed["total"] == len(listed["accounts"]) == 1

    def test_totals_are_right_after_many_adds_and_deletes_at_once(self, server: RealServer) -> None:
        reseller = server.call("Customer", "addAccount", account={"username": "r", "password": "p"})["id"]
        for name in ("example.com", "example.net"):
            server.call("Sip", "addDomain", domain={"domain": name, "customer": reseller})

        def churn(index: int) -> None:
            names = [
                {"username": f"{index}-{number}", "domain": f"example.{('com', 'net')[index % 2]}"} for number in (1, 2)
            ]
            for name in names:
                server.call("Sip", "addAccount", account={"id": name, "password": "x", "groups": ["quota"]})
            server.call("Sip", "deleteAccount", sipId=names[0])

        assert together(8, churn) == {0: 8}
        filters: list[dict[str, Any]] = [{}, {"reseller": reseller}, {"domain": "example.net"}, {"groups": ["quota"]}]
        for given in filters:
            listed = server.call("Sip", "getAccounts", query={"filter": given})
            assert listed["total"] == len(listed["accounts"]) == (4 if "domain" in given else 8), given
        server.call("Sip", "deleteDomain", domain="example.net")
        assert server.call("Sip", "getAccounts", query={})["total"] == 4

    def test_opposite_ways_through_the_same_records_end_without_a_failure(self, server: RealServer) -> None:
        parties = [
            server.call("Customer", "addAccount", account={"username": name, "password": "p"})["id"] for name in "ab"
        ]
        for name in ("a.example", "b.example"):
            server.call("Sip", "addDomain", domain={"domain": name, "customer": parties[0]})
            server.call("Sip", "addAccount", account={"id": {"username": "x", "domain": name}, "password": "x"})

        def swap(index: int) -> None:
            names = ["a.example", "b.example"][:: 1 if index % 2 else -1]
            for name in names:
                domain = {"domain": name, "customer": parties[index % 2], "reseller": parties[index % 2]}
                server.call("Sip", "updateDomain", domain=domain)

        assert together(6, swap) == {0: 6}
        totals = [
            server.call("Sip", "getAccounts", query={"filter": {"reseller": party}})["total"] for party in parties
        ]
        assert sum(totals) == 2


@pytest.mark.databases("sqlite")
class TestEnd:
    """The shutdown of the server."""

    def test_a_call_in_flight_is_finished_before_the_server_ends(self, server: RealServer) -> None:
        schema = load_schema()
        auth = {"username": "admin", "password": "administrators-secret", "admin": True}
        operation = schema.operation("Sip", "addDomain")
        body = encode_request(schema, operation, {"domain": {"domain": "example.com"}}, auth)
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
        # gunicorn loses a signal to a worker that is still starting, and kills that worker later
        wait_until(lambda: server.program.read().count("takes calls") == int(WORKERS), "all workers take calls")
        with socket.create_connection((HOST, server.port), timeout=60) as connection:
            connection.sendall(head.encode())
            # from here on a worker is reading the call, and waits for the rest of it
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            server.program.signal(signal.SIGTERM)
            idle = int(WORKERS) - 1
            wait_until(lambda: server.program.read().count("Worker exiting") == idle, "the idle workers end")
            assert server.program.process.poll() is None
            connection.sendall(body)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.status == 200
            assert b"example.com" in answer.read()
        assert server.program.wait() == 0
        assert "Sip.addDomain by administrator ('admin') from 127.0.0.1: ok in " in server.program.read()

    def test_it_ends_at_once_when_nothing_is_in_flight_and_leaves_nothing_running(self, server: RealServer) -> None:
        wait_until(lambda: len(server.program.group_members()) == 1 + int(WORKERS), "all workers run")
        server.program.signal(signal.SIGTERM)
        assert server.program.wait() == 0
        assert server.program.group_members() == []


@pytest.mark.databases("sqlite")
class TestWatching:
    """What the server reports to monitoring."""

    def numbers(self, server: RealServer) -> dict[str, float]:
        status, text = server.get("/metrics", server.metrics_port)
        assert "\nngnpro_ready 1\n" in text
        assert status == 200
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    def test_calls_faults_and_times_are_counted_over_all_processes(self, server: RealServer) -> None:
        together(12, lambda index: server.call("Sip", "addDomain", domain={"domain": f"d{index % 10}.example"}))
        with pytest.raises(WireFault):
            server.call("Sip", "getDomains", {"username": "x", "password": "wrong", "admin": False}, query={})
        with server.connection() as connection:
            connection.request("POST", "/", b"nonsense")
            assert connection.getresponse().status == 500
        found = self.numbers(server)
        assert found['ngnpro_calls_total{operation="Sip.addDomain"}'] == 12
        assert found['ngnpro_faults_total{code="1001",operation="Sip.addDomain"}'] == 2
        assert found['ngnpro_faults_total{code="9001",operation="Sip.getDomains"}'] == 1
        assert found['ngnpro_faults_total{code="9000",operation="?"}'] == 1
        assert found['ngnpro_call_seconds_count{operation="Sip.addDomain"}'] == 12
        assert found['ngnpro_call_seconds_bucket{le="+Inf",operation="Sip.addDomain"}'] == 12

    def test_it_is_ready_while_its_database_is(self, server: RealServer, tmp_path: Path) -> None:
        database = sqlite_database(tmp_path)
        assert server.get("/health") == (200, "The server answers.\n")
        assert server.get("/ready") == (200, "The server is ready.\n")
        engine = open_engine(database.url, database)
        downgrade_platform(engine, "base")
        assert server.get("/ready") == (503, f"{NOT_CURRENT}\n")
        engine.dispose()
        for file in tmp_path.glob("ngnpro.sqlite3*"):
            file.write_bytes(b"no database")
        assert server.get("/ready") == (503, "The database does not answer.\n")
        assert server.get("/health") == (200, "The server answers.\n")


class TestWatchingOneServer:
    """What a server reports that several tests call, each in its own way."""

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
        folder = tmp_path_factory.mktemp("watched")
        with real_server(folder, empty_database(folder), NGNPRO_SERVER_WORKERS=WORKERS) as server:
            yield server

    def test_the_numbers_are_at_one_path_and_not_at_the_address_of_calls(self, server: RealServer) -> None:
        assert server.get("/", server.metrics_port) == (404, "The numbers are at /metrics.\n")
        assert server.get("/metrics")[0] == 404

    def test_the_log_has_a_line_for_each_call_and_no_secret(self, server: RealServer) -> None:
        server.call("Customer", "addAccount", account={"username": "big", "password": "reseller-word"})
        auth = {"username": "big", "password": "reseller-word", "admin": False}
        server.call("Sip", "addDomain", auth, domain={"domain": "example.com"})
        server.call("Sip", "addAccount", auth, account=account("alice"))
        with pytest.raises(WireFault):
            server.call("Sip", "addAccount", auth | {"password": "wrong-word"}, account=account("bob"))
        log = server.program.read()
        time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
        line = r"INFO ngnpro\.calls: Sip\.addAccount by reseller 1 \('big'\) from 127\.0\.0\.1: ok in [\d.]+ ms"
        assert re.search(rf"{time} {line}", log)
        assert "Sip.addAccount by no one ('big') from 127.0.0.1: fault 9001 in" in log
        for secret in ("administrators-secret", "reseller-word", "wrong-word", "secret-word"):
            assert secret not in log

    def test_the_lines_of_gunicorn_are_logged_with_their_process(self, server: RealServer) -> None:
        log = server.program.read()
        assert "Logging error" not in log
        assert f"[{server.program.process.pid}] [INFO] Starting gunicorn" in log

    def test_nothing_that_is_sent_begins_a_line_of_the_log_or_reaches_a_terminal(self, server: RealServer) -> None:
        forged = "x\r\n2026-01-01 INFO ngnpro.calls: forged \u2028\x85forged \u009b2J"
        with pytest.raises(WireFault):
            server.call("Sip", "getDomains", {"username": forged, "password": forged, "admin": False}, query={})
        with server.connection() as connection:
            headers = {"User-Agent": "x\x1b[2J", "X-Forwarded-For": "x\x1b[2J"}
            connection.request("POST", "/%0d%0aforged%1b", b"<a>\x1b</a>\nforged", headers)
            assert connection.getresponse().read()
        log = server.program.read()
        assert "by no one ('x" in log
        assert all(line.isprintable() and not line.startswith(("forged", "2026-01-01")) for line in log.split("\n"))


class TestTls:
    """Calls over TLS."""

    @pytest.fixture(scope="class")
    @classmethod
    def certificate(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return self_signed(tmp_path_factory.mktemp("certificate"))

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, certificate: Path) -> Iterator[RealServer]:
        settings = {
            "NGNPRO_SERVER_CERTIFICATE": str(certificate),
            "NGNPRO_SERVER_PRIVATE_KEY": str(certificate.with_suffix(".key")),
        }
        trusting = ssl.create_default_context(cafile=str(certificate))
        folder = certificate.parent
        with real_server(folder, empty_database(folder), trusting, **settings) as server:
            yield server

    def test_the_portals_client_trusts_the_authority_it_is_given(self, server: RealServer, certificate: Path) -> None:
        login = Credentials("admin", "administrators-secret")
        client = Ngnpro(Engine(url=server.url, ca_file=certificate), login)
        assert client.sip.get_domains(Query()).total == 0
        with pytest.raises(errors.TlsFailed):
            Ngnpro(Engine(url=server.url), login).sip.get_domains(Query())

    def test_old_versions_of_tls_are_refused(self, server: RealServer, certificate: Path) -> None:
        old = ssl.create_default_context(cafile=str(certificate))
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection((HOST, server.port)) as connection, pytest.raises((ssl.SSLError, OSError)):
            old.wrap_socket(connection, server_hostname=HOST)

    def test_the_wsdl_names_the_address_with_https(self, server: RealServer) -> None:
        with server.connection() as connection:
            connection.request("GET", "/wsdl")
            assert f'location="{server.url}"' in connection.getresponse().read().decode()


@pytest.mark.databases("sqlite")
def test_calls_wait_in_the_socket_that_systemd_holds_while_the_server_restarts(tmp_path: Path) -> None:
    def ask(connection: http.client.HTTPConnection) -> int:
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        return answer.status

    database = empty_database(tmp_path)
    with held_socket() as listener, Steady(ask, listener.getsockname()[1]) as steady:
        for start in range(2):
            folder = tmp_path / str(start)
            folder.mkdir()
            with real_server(folder, database, listener=listener) as server:
                server.call("Sip", "addDomain", domain={"domain": f"example{start}.com"})
                enough = steady.outcomes.total() + 20
                wait_until(lambda enough=enough: steady.outcomes.total() > enough, "answers")  # type: ignore[misc]
                if start:
                    steady.__exit__()
                server.program.signal(signal.SIGTERM)
                assert server.program.wait() == 0
    assert len(steady.outcomes) == 1
    assert next(iter(steady.outcomes)).isdecimal()


@pytest.mark.databases("postgresql")
def test_a_server_that_starts_before_its_database_waits_for_it_and_then_answers(tmp_path: Path) -> None:
    database = empty_database(tmp_path)
    folder = make_url(database.url).query["host"]
    late = tmp_path / "late"
    url = database.url.replace(str(folder), str(late))
    log = tmp_path / "server.log"

    def start_database() -> None:
        wait_until(lambda: log.exists() and "cannot be reached" in log.read_text(), "a try that fails is logged")
        late.symlink_to(folder)

    with ThreadPoolExecutor() as pool:
        started = pool.submit(start_database)
        with real_server(tmp_path, Database(url=url, proxy_url=url)) as server:
            started.result()
            server.call("Sip", "addDomain", domain={"domain": "example.com"})
