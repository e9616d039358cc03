"""The check-up of an engine, and the stored copy of its WSDL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ngnpro_wire.schema import WSDL_PATH, load_schema
from portal.ngnpro import Engine, errors
from portal.ngnpro.checkup import CheckResult, Grade, check_engine, check_wsdl
from portal.ngnpro.compare import Difference, list_differences
from portal.ngnpro.wsdl_files import save_wsdl, save_wsdl_of
from tests.support.cutting import CuttingServer, cutting_server
from tests.support.scripted import ENGINE, Refused, Scripted
from tests.support.server import ADMINISTRATOR, TestServer, make_server
from tests.support.wsgi import wsgi_session

OWN = {"username": ADMINISTRATOR.username, "password": ADMINISTRATOR.password}


def findings(server: object, engine: Engine = ENGINE, impersonate: int = 0) -> list[CheckResult]:
    return list(check_engine(engine, impersonate, wsgi_session(server)))  # type: ignore[arg-type]


def texts(found: list[CheckResult], grade: Grade) -> str:
    return "\n".join(finding.text for finding in found if finding.grade is grade)


@pytest.fixture
def healthy() -> Scripted:
    """A server that passes the check-up: it has few mailboxes, and its customer 7 has three domains."""
    server = Scripted()
    server.answers = {
        "getAccount": Refused(2000),
        "getCustomers": refusing_strangers(server, Refused(9001, "Wrong.")),
        "getDomains": {"total": 3, "domains": []},
    }
    return server


def refusing_strangers(server: Scripted, refusal: Refused) -> Callable[[object], dict[str, object]]:
    """Return an answer of one customer to the engine's own login, and a refusal to all others."""

    def answer(_arguments: object) -> dict[str, object]:
        if (server.last.auth or {}).get("username") != ENGINE.username:
            raise refusal
        return {"total": 1, "accounts": [{"id": 7}]}

    return answer


def test_the_code_of_a_wrong_login_is_found_out_and_shown(healthy: Scripted) -> None:
    assert "A wrong login is refused with code 9001 (Wrong.)." in texts(findings(healthy), Grade.GOOD)
    healthy.answers["getCustomers"] = refusing_strangers(healthy, Refused(4711, "Gremlins"))
    assert "A wrong login is refused with code 4711 (Gremlins)." in texts(findings(healthy), Grade.GOOD)
    healthy.answers["getCustomers"] = refusing_strangers(healthy, Refused(9009, "Busy"))
    assert "its page says that NGNPro has a problem" in texts(findings(healthy), Grade.NOTE)


def test_a_server_that_takes_any_login_is_a_problem(healthy: Scripted) -> None:
    healthy.answers["getCustomers"] = {"total": 1, "accounts": [{"id": 7}]}
    assert "A wrong login is not refused" in texts(findings(healthy), Grade.BAD)


def test_a_wrong_login_that_http_refuses_is_shown_with_its_status(healthy: Scripted) -> None:
    def app(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        sent: list[object] = []
        body = b"".join(healthy(environ, lambda *status: sent.append(status)))
        stranger = (healthy.last.auth or {}).get("username") != ENGINE.username
        start_response("401 Unauthorized" if stranger else sent[0][0], [("Content-Type", "text/xml")])  # type: ignore[index]
        return [b"Who are you?" if stranger else body]

    assert "A wrong login is refused with HTTP status 401" in texts(findings(app), Grade.GOOD)


def test_a_healthy_engine_has_no_problems(healthy: Scripted) -> None:
    found = findings(healthy)

    assert {finding.grade for finding in found} == {Grade.GOOD}
    for said in ("Sip at", "Customer at", "Enum at", "Voicemail at", "may list everything", "customer 7, who sees 3"):
        assert said in texts(found, Grade.GOOD)


def test_impersonation_is_tried_with_the_customer_that_is_named(healthy: Scripted) -> None:
    assert "act for customer 12" in texts(findings(healthy, impersonate=12), Grade.GOOD)
    assert healthy.last.auth is not None
    assert healthy.last.auth["impersonate"] == 12


def test_a_wrong_login_is_a_problem(healthy: Scripted) -> None:
    healthy.answers |= dict.fromkeys(("getDomains", "getCustomers", "getRanges", "getAccount"), Refused(9001))

    assert "Sip at http://ngnpro.test:9200/ answers, but not to this login" in texts(findings(healthy), Grade.BAD)


def test_rights_that_are_missing_are_no_problem(healthy: Scripted) -> None:
    healthy.answers["getRoutes"] = Refused(9002)

    found = findings(healthy, replace(ENGINE, admin=False))

    assert texts(found, Grade.BAD) == ""
    assert "may not use Sip.getRoutes" in texts(found, Grade.NOTE)
    assert "Only an administrator's login" in texts(found, Grade.NOTE)


def test_a_port_that_is_refused_or_not_offered_is_noted(healthy: Scripted) -> None:
    healthy.answers |= {"getRanges": Refused(4711, "Gremlins"), "getAccount": Refused(9007)}

    noted = texts(findings(healthy), Grade.NOTE)

    assert "Enum at http://ngnpro.test:9200/ answers, but refuses getRanges: Gremlins" in noted
    assert "Voicemail at http://ngnpro.test:9200/ is not offered" in noted


def test_impersonation_that_fails_is_a_problem(healthy: Scripted) -> None:
    healthy.answers["getCustomers"] = {"total": 0, "accounts": []}
    assert "no customer yet" in texts(findings(healthy), Grade.NOTE)

    def refuse_impersonation(_arguments: object) -> dict[str, int]:
        if (healthy.last.auth or {}).get("impersonate"):
            raise Refused(5000)
        return {"total": 0}

    healthy.answers["getDomains"] = refuse_impersonation
    assert "cannot act for customer 12" in texts(findings(healthy, impersonate=12), Grade.BAD)


def test_a_port_that_does_not_answer_is_a_problem(healthy: Scripted) -> None:
    healthy.answers["getRanges"] = b"<html/>"

    assert "Enum at http://ngnpro.test:9200/: What answered" in texts(findings(healthy), Grade.BAD)


def test_a_wsdl_that_cannot_be_used_is_a_problem(tmp_path: Path) -> None:
    found = findings(Scripted(), replace(ENGINE, wsdl=tmp_path / "absent.wsdl"))

    assert [finding.grade for finding in found] == [Grade.BAD]


def test_differences_are_reported_whatever_the_types_are_named(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.wsdl"
    theirs.write_text(
        WSDL_PATH.read_text()
        .replace('"SipDomain"', '"Domain"')
        .replace("tns:SipDomain", "tns:Domain")
        .replace('"SipDomainArray"', '"DomainArray"')
        .replace('"SipDomainList"', '"DomainList"')
        .replace('"SipDomainQuery"', '"DomainQuery"')
        .replace('"SipDomainFilter"', '"DomainFilter"')
        .replace('<xsd:element name="verify_cert" type="xsd:boolean"', '<xsd:element name="verify_cert" type="xsd:int"')
        .replace('<xsd:element name="require_cert"', '<xsd:element name="demand_cert"')
        .replace('name="getMediaSummary"', 'name="getMediaOverview"')
    )

    assert list_differences(load_schema(), load_schema(theirs)) == [
        Difference("missing", "Sip.getMediaSummary"),
        Difference("additional", "Sip.getMediaOverview"),
        Difference("additional", "SipDomain.demand_cert"),
        Difference("missing", "SipDomain.require_cert"),
        Difference("different", "SipDomain.verify_cert", "boolean", "int"),
    ]
    assert list_differences(load_schema(), load_schema()) == []


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    return make_server(tmp_path)


@pytest.fixture
def wire(server: TestServer) -> Iterator[CuttingServer]:
    with cutting_server(server.app) as wire:
        yield wire


@pytest.mark.real
def test_the_servers_own_wsdl_is_kept(wire: CuttingServer, tmp_path: Path) -> None:
    engine, path = Engine(url=wire.url, **OWN), tmp_path / "kept" / "ngnpro.wsdl"

    url = save_wsdl_of(engine, path)

    assert url == f"{wire.url}wsdl"
    assert list_differences(load_schema(), load_schema(path)) == []
    assert [file.name for file in path.parent.iterdir()] == ["ngnpro.wsdl"]


@pytest.mark.real
def test_the_servers_own_wsdl_is_compared(wire: CuttingServer, tmp_path: Path) -> None:
    other = tmp_path / "other.wsdl"
    other.write_text(
        WSDL_PATH.read_text().replace(
            '<xsd:element name="quota" type="xsd:int"', '<xsd:element name="quota" type="xsd:string"'
        )
    )

    assert [f.grade for f in check_wsdl(Engine(url=wire.url, **OWN))] == [Grade.GOOD]
    found = list(check_wsdl(Engine(url=wire.url, wsdl=other, **OWN)))
    assert "SipAccount.quota: ours is string, theirs int" in texts(found, Grade.NOTE)
    assert "--save-wsdl" in texts(found, Grade.BAD)


def files(pages: dict[str, bytes]) -> object:
    """A web server with a few files."""

    def app(environ: dict[str, str], start_response: object) -> list[bytes]:
        page = pages.get(environ["PATH_INFO"])
        start_response("200 OK" if page is not None else "404 Not Found", [])  # type: ignore[operator]
        return [page or b""]

    return app


IMPORT = b'<xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'


@pytest.mark.real
def test_files_that_a_wsdl_imports_are_saved_beside_it(tmp_path: Path) -> None:
    schema = b'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:%s">%s</xsd:schema>'
    pages = {
        "/ngnpro/wsdl": WSDL_PATH.read_bytes().replace(
            IMPORT, IMPORT + b'<xsd:import namespace="urn:a" schemaLocation="types/a.xsd"/>'
        ),
        "/ngnpro/types/a.xsd": schema % (b"a", b'<xsd:import namespace="urn:b" schemaLocation="../b"/>'),
        "/ngnpro/b": schema % (b"b", b'<xsd:import namespace="urn:a" schemaLocation="types/a.xsd"/>'),
    }
    path = tmp_path / "theirs.wsdl"
    with cutting_server(files(pages)) as wire:  # type: ignore[arg-type]
        save_wsdl_of(Engine(url=f"{wire.url}ngnpro", **OWN), path)

    assert {file.name for file in tmp_path.iterdir()} == {"theirs.wsdl", "0-a.xsd", "1-b"}
    client = Scripted(path).client(engine=replace(ENGINE, wsdl=path))
    assert client.sip.offers("getDomains")


@pytest.mark.real
def test_the_saved_wsdl_is_kept_if_the_new_one_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "theirs.wsdl"
    path.write_text("kept before")
    with cutting_server(files({"/wsdl": b"<html>log in</html>"})) as wire:  # type: ignore[arg-type]
        engine = Engine(url=wire.url, **OWN)
        with pytest.raises(errors.Unusable, match="describes no operation"):
            save_wsdl(f"{wire.url}wsdl", path, engine)
        with pytest.raises(errors.Unusable, match=r"no WSDL at .*/\?wsdl"):
            save_wsdl_of(engine, path)

    assert path.read_text() == "kept before"
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.wsdl"]
