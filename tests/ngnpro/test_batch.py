"""Plans whose calls are sent together where NGNPro offers it: the outcomes are those of calls one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3.exceptions import ProtocolError

from ngnpro_wire.codec import decode_request
from ngnpro_wire.schema import load_schema
from portal.ngnpro import CallPlan, CallReport, Engine, Ngnpro, errors
from portal.ngnpro import records as r
from tests.support.server import ADMINISTRATOR, TestServer, make_server
from tests.support.wsgi import WsgiAdapter, wsgi_session

ENGINE = Engine(url="http://ngnpro.test/", username=ADMINISTRATOR.username, password=ADMINISTRATOR.password)
BROKEN = requests.ConnectionError(ProtocolError("Connection aborted."))


def sip_id(username: str) -> r.SipId:
    return r.SipId(username=username, domain="example.com")


# With a hash as password, NGNPro is not asked whether it stores clear text.
HASH = f"{'0a' * 16}:{'b1' * 16}"


def adding(username: str) -> Callable[[Ngnpro], r.SipAccount]:
    return lambda ngnpro: ngnpro.sip.add_account(r.SipAccount(id=sip_id(username), password=HASH))


def renaming(username: str) -> Callable[[Ngnpro], r.SipAccount]:
    """Read an account and change it: two calls, the second of which depends on the first."""

    def run(ngnpro: Ngnpro) -> r.SipAccount:
        return ngnpro.sip.update_account(replace(ngnpro.sip.get_account(sip_id(username)), first_name="New"))

    return run


class Wire(WsgiAdapter):
    """Passes messages to a server; ``lose`` are operations whose answers are lost, ``plain`` hides its batches."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.lose: set[str] = set()
        self.plain = False
        self.names: list[str] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        operation = decode_request(load_schema(), request.body or b"").operation
        self.names.append(operation.name)
        response = super().send(request, **options)
        if self.plain:
            del response.headers["NGNPro-Batch"]
        if operation.name in self.lose:
            raise BROKEN
        return response


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    server = make_server(tmp_path)
    server.call("Sip", "addDomain", domain={"domain": "example.com"})
    return server


@pytest.fixture
def wire(server: TestServer) -> Wire:
    return Wire(server.app)


@pytest.fixture
def ngnpro(wire: Wire) -> Ngnpro:
    session = wsgi_session(wire.app)
    session.mount("http://", wire)
    return Ngnpro(ENGINE, session=session, pauses=(0.0, 0.0))


def test_the_first_call_tells_whether_there_are_batches_and_the_rest_are_sent_together(
    ngnpro: Ngnpro, wire: Wire
) -> None:
    outcomes = ngnpro.batch([CallPlan(adding(name)) for name in ("ada", "bob", "cleo", "dan")])
    assert [outcome.get().id.username for outcome in outcomes] == ["ada", "bob", "cleo", "dan"]
    assert wire.names == ["addAccount", "run"]
    ngnpro.batch([CallPlan(adding(name)) for name in ("eve", "fay")])
    assert wire.names == ["addAccount", "run", "run"]


@pytest.mark.parametrize("plain", [False, True])
def test_without_batches_plans_run_in_threads_if_they_may(ngnpro: Ngnpro, wire: Wire, plain: bool) -> None:
    wire.plain = plain
    threads: list[int] = []

    def run_all(tasks: Sequence[Callable[[], None]]) -> None:
        with ThreadPoolExecutor(3) as pool:
            threads.append(len(list(pool.map(lambda task: task(), tasks))))

    outcomes = ngnpro.batch([CallPlan(adding(name)) for name in ("ada", "bob", "ada", "cleo", "dan")], run_all)
    assert [type(outcome.error).__name__ for outcome in outcomes] == [
        *("NoneType", "NoneType", "AlreadyExists", "NoneType", "NoneType")
    ]
    assert [outcome.get().id.username for outcome in outcomes if not outcome.error] == ["ada", "bob", "cleo", "dan"]
    assert threads == ([4] if plain else [])


@pytest.mark.parametrize("plain", [False, True])
def test_the_outcomes_are_the_same_with_and_without_batches(ngnpro: Ngnpro, wire: Wire, plain: bool) -> None:
    wire.plain = plain
    ngnpro.sip.add_account(r.SipAccount(id=sip_id("ada"), password=HASH))
    ngnpro.sip.add_account(r.SipAccount(id=sip_id("bob"), password=HASH))
    plans: list[CallPlan[Ngnpro, Any]] = [
        CallPlan(renaming("ada")),
        CallPlan(adding("bob")),
        CallPlan(renaming("nobody")),
        CallPlan(lambda n: n.sip.delete_account(sip_id("bob"))),
        CallPlan(lambda n: n.sip.get_groups(sip_id("ada"))),
        CallPlan(lambda n: n.customers.add_account(r.CustomerAccount(username="acme", password="x"))),
        CallPlan(lambda _n: "no call at all"),
    ]
    outcomes = ngnpro.batch(plans)
    assert [type(outcome.error).__name__ for outcome in outcomes] == [
        *("NoneType", "AlreadyExists", "Missing", "NoneType", "NoneType", "NoneType", "NoneType")
    ]
    assert outcomes[0].get().first_name == "New"
    assert outcomes[0].get() == ngnpro.sip.get_account(sip_id("ada"))
    assert outcomes[4].get() == ()
    assert outcomes[6].get() == "no call at all"
    assert ngnpro.sip.get_accounts().total == 1
    assert ("run" in wire.names) is not plain


def test_plans_of_several_calls_are_sent_in_rounds(ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.batch([CallPlan(adding(name)) for name in "abcdef"])
    wire.names.clear()
    assert [outcome.get().first_name for outcome in ngnpro.batch([CallPlan(renaming(name)) for name in "abcdef"])] == [
        "New"
    ] * 6
    assert wire.names == ["run", "run"]


def test_more_plans_than_a_batch_may_have_are_sent_in_several(ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.sip.get_domains()
    outcomes = ngnpro.batch([CallPlan(adding(f"user{number}")) for number in range(205)])
    assert all(outcome.error is None for outcome in outcomes)
    assert wire.names == ["getDomains", "run", "run", "run"]


def test_long_calls_are_sent_in_several_messages(ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.sip.get_domains()
    many = tuple(r.SipAccountProperty(name=f"p{number}", value="x" * 4000) for number in range(50))

    def adding_much(number: int) -> CallPlan[Ngnpro, r.SipAccount]:
        record = r.SipAccount(id=sip_id(f"user{number}"), password=HASH, properties=many)
        return CallPlan(lambda n: n.sip.add_account(record))

    assert all(outcome.error is None for outcome in ngnpro.batch([adding_much(number) for number in range(6)]))
    assert wire.names == ["getDomains", "run", "run", "run"]


def test_after_a_lost_answer_each_change_is_read_back_and_found_done(ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.sip.get_domains()
    wire.lose = {"run"}
    outcomes = ngnpro.batch([CallPlan(adding("ada")), CallPlan(adding("bob"))])
    assert [outcome.get().id.username for outcome in outcomes] == ["ada", "bob"]
    assert wire.names == ["getDomains", "run", "getAccount", "getAccount"]


def test_a_change_whose_answer_and_record_are_lost_is_uncertain(ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.sip.get_domains()
    wire.lose = {"run", "getAccount"}
    outcomes = ngnpro.batch([CallPlan(adding("ada")), CallPlan(adding("bob"))])
    assert [type(outcome.error) for outcome in outcomes] == [errors.Uncertain] * 2
    wire.lose = set()
    ngnpro.gate._circuits.clear()
    assert ngnpro.sip.get_accounts().total == 2


def test_a_wrong_login_is_the_outcome_of_every_plan(server: TestServer, ngnpro: Ngnpro, wire: Wire) -> None:
    ngnpro.sip.get_domains()
    stranger = Ngnpro(ENGINE, replace(ngnpro.credentials, username="nobody", admin=False), session=ngnpro.gate._session)
    stranger.gate.batch_limit = 100
    outcomes = stranger.batch([CallPlan(adding("ada")), CallPlan(adding("bob"))])
    assert [type(outcome.error) for outcome in outcomes] == [errors.BadLogin] * 2


def test_a_server_that_no_longer_takes_batches_gets_the_calls_one_by_one(ngnpro: Ngnpro, wire: Wire) -> None:
    wire.plain = True
    ngnpro.gate.batch_limit = 1000
    outcomes = ngnpro.batch([CallPlan(adding(f"user{number}")) for number in range(102)])
    assert all(outcome.error is None for outcome in outcomes)
    assert wire.names == ["run"] + ["addAccount"] * 102


def test_each_call_is_announced_once_and_reported_once(ngnpro: Ngnpro, wire: Wire) -> None:
    told: list[CallReport] = []
    announced: list[str] = []
    hooks: dict[str, Any] = {"on_call": told.append, "before_call": lambda _port, name: announced.append(name)}
    ngnpro.batch([CallPlan(adding("ada"), **hooks), CallPlan(adding("bob"), **hooks), CallPlan(adding("bob"), **hooks)])
    assert [(call.port, call.operation, call.outcome) for call in told] == [
        ("Sip", "addAccount", "ok"),
        ("Sip", "addAccount", "ok"),
        ("Sip", "addAccount", "refused 1011"),
    ]
    assert announced == ["addAccount"] * 3


def test_a_call_that_a_listener_stops_is_not_made(ngnpro: Ngnpro, wire: Wire) -> None:
    def stop(_port: str, _operation: str) -> None:
        raise errors.NotPermitted(0, "no")

    ngnpro.sip.get_domains()
    outcomes = ngnpro.batch(
        [CallPlan(adding("ada"), before_call=stop), CallPlan(adding("bob")), CallPlan(adding("cleo"))]
    )
    assert isinstance(outcomes[0].error, errors.NotPermitted)
    assert {account.id.username for account in ngnpro.sip.get_accounts().items} == {"bob", "cleo"}
