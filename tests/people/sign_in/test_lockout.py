"""Lockouts of portal and server together: a person who types wrong passwords locks out no one but themselves.

The portal calls the server from an address that the server trusts (the default), and from one that it does not.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
import requests
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from ngnpro_server.config import Logins
from ngnpro_server.wsgi import create_app
from ngnpro_wire.codec import encode_fault
from ngnpro_wire.schema import load_schema
from portal.core.error_pages import what_is_stored
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import CallReport, Engine
from portal.ngnpro.gate import Gate
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, CUSTOMER, PASSWORD, Connect, Platform, signed_in
from tests.support.server import make_server
from tests.support.wsgi import wsgi_session

SIGN_IN = "/session/sign-in/"
STRANGER = "203.0.113.66"
ADA = ("ada@example.com", ACCOUNT["password"])
HARBOUR = ("harbour", CUSTOMER["password"])


def post(name: str, password: str, source: str = STRANGER) -> Any:
    return Client().post(SIGN_IN, {"username": name, "password": password}, REMOTE_ADDR=source)


def guess(name: str, times: int, source: str = STRANGER) -> list[int]:
    return [post(name, f"wrong-{number}", source).status_code for number in range(times)]


@pytest.fixture(params=["trusted", "not trusted"])
def server(request: pytest.FixtureRequest, world: Platform) -> Platform:
    """A platform whose server trusts the portal's address, or counts failed logins from it."""
    if request.param == "not trusted":
        config = dataclasses.replace(world.server.config, logins=Logins(trusted_sources=""))
        world.adapter.app = create_app(config)
    return world


@pytest.mark.parametrize(
    ("name", "login", "page"),
    [
        ("admin", ADA, "/accounts/ada@example.com/home/"),
        ("admin", HARBOUR, "/domains/"),
        ("meridian", ("meridian", CUSTOMER["password"]), "/domains/"),
        ("harbour", HARBOUR, "/domains/"),
        ("ada@example.com", ADA, "/accounts/ada@example.com/home/"),
    ],
)
def test_wrong_passwords_of_strangers_end_no_session_and_stop_no_page(
    server: Platform, operator: Operator, name: str, login: tuple[str, str], page: str
) -> None:
    browser, colleague = signed_in(*login), signed_in("ines", PASSWORD)
    assert browser.get(page).status_code == 200
    for source in (STRANGER, "198.51.100.1"):
        # from the sixth attempt on, a server that counts the portal's address answers with a lockout
        assert set(guess(name, 6, source)) <= {422, 429}
    assert browser.get(page).status_code == 200
    assert colleague.get("/domains/").status_code == 200
    assert post(*login, source="192.0.2.7").status_code == 302


def test_the_portals_own_account_is_never_tried_at_ngnpro(server: Platform) -> None:
    server.forget_calls()
    for name in ("admin", "ADMIN", " Admin "):
        assert post(name, "administrators-secret", f"192.0.2.{len(name)}").status_code == 422
    assert server.calls == []


def test_the_pause_of_the_portal_comes_before_any_call(server: Platform) -> None:
    guess("meridian", 5)
    server.forget_calls()
    assert post("meridian", CUSTOMER["password"]).status_code == 429
    assert server.calls == []


def test_a_reseller_whose_login_the_portal_uses_signs_in_and_wrong_passwords_are_never_tried(
    world: Platform, connect: Connect
) -> None:
    engine = Engine(url="http://hosted.test/", username="meridian", password=CUSTOMER["password"], admin=False)
    session = requests.Session()
    session.mount(engine.url, world.adapter)
    connect(Gate(engine, session))
    world.adapter.requests.clear()
    assert post("Meridian", "wrong").status_code == 422
    assert world.calls == []
    assert post("Meridian", CUSTOMER["password"]).status_code == 302


def fault(code: int, text: str) -> bytes:
    """Return the fault with which NGNPro refuses a call."""
    return encode_fault(load_schema(), code, text, "NGNProException")


def refusing(world: Platform, status: str, body: bytes, names: tuple[str, ...] = ()) -> None:
    """Make NGNPro answer all calls, or the calls of these users, with a status and a body."""
    app: Callable[..., Any] = world.adapter.app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        sent = world.adapter.requests[-1].body
        text = sent if isinstance(sent, bytes) else (sent or "").encode()
        if names and not any(f">{name}<".encode() in text for name in names):
            return app(environ, start_response)
        start_response(status, [("Content-Type", "text/xml")])
        return [body]

    world.adapter.app = answer


def locked(seconds: int = 90) -> bytes:
    return fault(9005, f"Too many failed logins; please try again in {seconds} seconds.")


def test_a_lock_at_ngnpro_ends_no_session_and_is_shown_as_what_it_is(world: Platform) -> None:
    browser = signed_in(*HARBOUR)
    app = world.adapter.app
    refusing(world, "500 Error", locked(), names=("harbour",))
    answer = browser.get("/domains/")
    text = Page(answer).text
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "NGNPro has locked this login for a while, because of wrong passwords." in text
    assert "Nothing was changed" not in text  # a page that only shows data does not mention changes
    assert "Try again at" in text
    assert "Your password was changed" not in text
    world.adapter.app = app
    assert browser.get("/domains/").status_code == 200


def test_a_lock_without_a_time_says_to_wait_some_minutes(world: Platform) -> None:
    browser = signed_in(*HARBOUR)
    refusing(world, "500 Error", fault(9005, "Locked."), names=("harbour",))
    answer = browser.get("/domains/")
    assert "Wait some minutes and try again." in Page(answer).text
    assert "Retry-After" not in answer.headers


def test_a_lock_at_the_sign_in_is_not_reported_as_a_wrong_password(world: Platform) -> None:
    refusing(world, "500 Error", locked(), names=("harbour",))
    answers = [post(*HARBOUR) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [429] * 8
    assert "NGNPro has locked this login" in Page(answers[-1]).text


def test_a_lock_of_the_portals_own_login_is_an_outage_and_ends_no_session(world: Platform) -> None:
    browser = signed_in(*ADA)
    app = world.adapter.app
    refusing(world, "500 Error", locked(), names=("admin",))
    answer = browser.get("/accounts/ada@example.com/home/")
    assert answer.status_code == 503
    assert "NGNPro does not accept the portal's own login." in Page(answer).text
    world.adapter.app = app
    assert browser.get("/accounts/ada@example.com/home/").status_code == 200


@pytest.mark.parametrize(
    ("status", "body"),
    [("500 Error", fault(9001, "Wrong.")), ("401 Unauthorized", b"who?"), ("403 Forbidden", b"no")],
)
def test_a_wrong_login_of_the_portal_itself_is_a_problem_of_the_operator(
    world: Platform, operator: Operator, caplog: pytest.LogCaptureFixture, status: str, body: bytes
) -> None:
    browser, colleague = signed_in(*ADA), signed_in("ines", PASSWORD)
    refusing(world, status, body, names=("admin",))
    with caplog.at_level(logging.ERROR):
        answers = [post(*ADA) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [503] * 8
    assert "Your password is not the reason." in Page(answers[-1]).text
    assert "refuses the username and password of engine ngnpro" in caplog.text
    assert browser.get("/accounts/ada@example.com/home/").status_code == 503
    overview = colleague.get("/")
    assert overview.status_code == 503
    assert "Correct the username and password of the NGNPro server “ngnpro”" in Page(overview).text


def test_a_server_that_refuses_the_portals_login_with_an_unknown_code_is_a_problem_of_the_operator(
    world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    refusing(world, "500 Error", fault(4711, "Gremlins."), names=("admin",))
    assert [post(*ADA).status_code for _ in range(6)] == [503] * 6
    assert "ngnpro refuses the portal's own login: Gremlins. (4711)" in caplog.text


@pytest.mark.parametrize(
    ("status", "body", "shown"),
    [
        ("500 Error", fault(9001, "Wrong."), 422),
        ("500 Error", fault(4711, "Gremlins."), 422),
        ("500 Error", fault(9004, "username: No."), 422),
        ("500 Error", fault(9009, "Busy."), 503),
        ("500 Error", fault(9010, "Broken."), 503),
        ("401 Unauthorized", b"who?", 422),
        ("403 Forbidden", b"no", 422),
    ],
)
def test_whatever_code_a_server_refuses_a_login_with_it_counts(
    world: Platform, caplog: pytest.LogCaptureFixture, status: str, body: bytes, shown: int
) -> None:
    refusing(world, status, body, names=("harbour",))
    assert guess("harbour", 6) == [shown] * 4 + [429, 429]
    lines = [line for line in caplog.messages if line.startswith(("Wrong name", "The sign-in of"))]
    assert len(lines) == 5  # the sixth was not checked
    assert all(f"harbour from {STRANGER}" in line for line in lines)


def test_an_outage_is_never_counted(world: Platform) -> None:
    world.cut()
    assert guess("harbour", 8) == [503] * 8
    world.mend()
    assert post(*HARBOUR).status_code == 302


@pytest.fixture
def second(world: Platform, connect: Connect, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A server before the usual one: the portal calls it first, and it has no accounts."""
    other = make_server(tmp_path_factory.mktemp("first"))
    engine = dataclasses.replace(world.ngnpro.engine, name="first", url="http://first.test/")
    session = wsgi_session(other.app)
    connect(Gate(engine, session), world.ngnpro.gate)
    return dataclasses.replace(world, server=other, adapter=session.get_adapter(engine.url))  # type: ignore[arg-type]


@pytest.mark.parametrize("login", [HARBOUR, ADA])
@pytest.mark.parametrize("trouble", ["away", "wrong service login", "locked", "busy"])
def test_users_of_other_servers_sign_in_while_one_server_fails(
    second: Platform, login: tuple[str, str], trouble: str
) -> None:
    bodies = {"wrong service login": fault(9001, "No."), "locked": locked(), "busy": fault(9009, "Busy.")}
    if trouble == "away":
        second.cut()
    else:
        refusing(second, "500 Error", bodies[trouble])
    assert post(*login).status_code == 302


@pytest.mark.parametrize("name", ["somebody", "somebody@example.com"])
def test_an_unknown_name_is_reported_with_the_server_that_did_not_answer(second: Platform, name: str) -> None:
    second.cut()
    answers = [post(name, "a-password") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [503] * 8
    assert "The NGNPro server “first” did not answer" in Page(answers[-1]).text


@pytest.mark.parametrize("name", ["harbour", "meridian", "ada@example.com"])
def test_guessing_the_password_of_a_known_name_counts_while_another_server_is_away(second: Platform, name: str) -> None:
    second.cut()
    assert guess(name, 6) == [422, 422, 422, 422, 429, 429]


def test_the_time_of_a_lock_is_in_the_viewers_zone(world: Platform) -> None:
    browser = signed_in(*HARBOUR)
    refusing(world, "500 Error", locked(3600), names=("harbour",))
    until = timezone.localtime(timezone.now() + timedelta(hours=1))
    assert Page(browser.get("/domains/")).root.xpath("//main//time/@datetime")[0][:13] == until.isoformat()[:13]


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (["refused 9005"], "Nothing was changed."),
        (["ok", "refused 9005"], "A part of your change was stored before this."),
        (["Uncertain", "refused 9005"], "A part of your change may have been stored before this."),
    ],
)
def test_a_locked_login_says_what_of_a_change_is_stored(
    rf: RequestFactory, world: Platform, outcomes: list[str], said: str
) -> None:
    request = cast(PortalRequest, rf.post("/domains/example.com/edit/"))
    request.viewer = Viewer(Role.OPERATOR, login="ines")
    request.user = AnonymousUser()
    request.writes = Writes(Author(request.viewer))
    for outcome in outcomes:
        request.writes.note(CallReport("", "Sip", "updateDomain", 0.1, outcome))
    assert what_is_stored(request).startswith(said)
