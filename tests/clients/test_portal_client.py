"""The package ngnpro-portal-client and the example that keeps accounts like a CRM's file, against the real API."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from requests.adapters import BaseAdapter

from tests.support.api import make_token
from tests.support.portal import CUSTOMER, Platform

ROOT = Path(__file__).resolve().parents[2]
PORTAL = "http://portal.example"
ADA = "ada@example.com"


class InProcess(BaseAdapter):
    """Answers the requests of a session by the portal in this process. ``lose`` loses the next answers."""

    def __init__(self) -> None:
        super().__init__()
        self.client = Client()
        self.lose = 0
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        self.sent.append(request)
        parts = urlsplit(request.url or "")
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        found = self.client.generic(
            request.method or "GET",
            parts.path,
            body,
            request.headers.get("Content-Type", ""),
            headers=dict(request.headers),
            QUERY_STRING=parts.query,
            REMOTE_ADDR="192.0.2.7",
        )
        if self.lose:
            self.lose -= 1
            raise requests.ConnectionError
        answer = requests.Response()
        answer.status_code, answer._content = found.status_code, found.content
        answer.headers.update(dict(found.items()))
        return answer

    def close(self) -> None:
        """Close nothing: there is no connection."""


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("clients", "examples"):
        monkeypatch.syspath_prepend(str(ROOT / folder))


@pytest.fixture
def adapter() -> InProcess:
    return InProcess()


@pytest.fixture
def connect(paths: None, people: dict[str, Client], adapter: InProcess) -> Iterator[Callable[..., Any]]:
    from ngnpro_portal_client import Portal

    def portal(role: str = "reseller", **options: Any) -> Any:
        session = requests.Session()
        session.mount("http://", adapter)
        token = make_token(people[role], CUSTOMER["password"]).secret
        return Portal(PORTAL, token, session=session, sleep=lambda _seconds: None, **options)

    yield portal
    for name in [name for name in sys.modules if name.startswith(("ngnpro_portal_client", "sync_crm"))]:
        del sys.modules[name]


def test_records_are_listed_over_several_pages(connect: Callable[..., Any], world: Platform) -> None:
    for name in ("a", "b", "c"):
        world.add_account(f"{name}@example.com")
    found = [one["id"] for one in connect().records("accounts", limit=2, fields=["id"], domain="example.com")]
    assert found == sorted(found) == ["a@example.com", ADA, "b@example.com", "c@example.com"]


def test_a_record_is_added_changed_and_deleted(connect: Callable[..., Any], world: Platform) -> None:
    from ngnpro_portal_client import NotFound

    portal = connect()
    alias = portal.add("aliases", {"id": "desk@example.com", "target": ADA})
    assert portal.record("aliases", "desk@example.com") == alias
    portal.delete(alias)
    with pytest.raises(NotFound):
        portal.record("aliases", "desk@example.com")
    ada = portal.record("accounts", ADA)
    assert portal.change(ada, {"lastName": "Lovelace"})["lastName"] == "Lovelace"
    assert world.account().last_name == "Lovelace"
    part = portal.part(ada, "diversions")
    portal.replace_part(part, {"FUNC": "sip:bert@example.com"})
    assert portal.part(ada, "diversions")["FUNC"] == "sip:bert@example.com"


def test_a_change_of_somebody_else_is_an_error_with_the_record_as_it_is_now(connect: Callable[..., Any]) -> None:
    from ngnpro_portal_client import RecordChanged

    portal = connect()
    old = portal.record("accounts", ADA)
    portal.change(portal.record("accounts", ADA), {"lastName": "Lovelace"})
    with pytest.raises(RecordChanged) as caught:
        portal.change(old, {"lastName": "King"})
    assert caught.value.problem["now"]["lastName"] == "Lovelace"


def test_an_error_says_what_is_wrong_with_which_member(connect: Callable[..., Any]) -> None:
    from ngnpro_portal_client import NotAllowed, WrongValues

    portal = connect()
    with pytest.raises(WrongValues) as caught:
        portal.change(portal.record("accounts", ADA), {"callLimit": "many"})
    assert "callLimit" in str(caught.value.problem["errors"])
    portal.transport.token = "ngnpro_unknown"
    with pytest.raises(NotAllowed):
        portal.record("accounts", ADA)


def test_a_write_whose_answer_is_lost_is_repeated_and_made_once(
    connect: Callable[..., Any], adapter: InProcess, world: Platform
) -> None:
    portal = connect()
    adapter.lose = 2
    world.forget_calls()
    assert portal.add("aliases", {"id": "desk@example.com", "target": ADA})["id"] == "desk@example.com"
    assert world.calls.count("addAlias") == 1
    assert len({request.headers["Idempotency-Key"] for request in adapter.sent if request.method == "POST"}) == 1


def test_a_portal_that_never_answers_is_an_error(connect: Callable[..., Any], adapter: InProcess) -> None:
    from ngnpro_portal_client import PortalAway

    portal = connect(tries=2)
    adapter.lose = 2
    with pytest.raises(PortalAway) as caught:
        portal.add("aliases", {"id": "desk@example.com", "target": ADA})
    assert caught.value.problem["stored"] == "unknown"
    assert [request.method for request in adapter.sent].count("POST") == 2


def test_an_order_is_carried_out_once_however_often_it_is_given(connect: Callable[..., Any], world: Platform) -> None:
    portal = connect()
    world.forget_calls()
    for _again in range(2):
        portal.add("aliases", {"id": "desk@example.com", "target": ADA}, once="order-4711")
    assert world.calls.count("addAlias") == 1


def test_many_records_are_changed_by_a_plan_and_a_job(connect: Callable[..., Any]) -> None:
    portal = connect()
    plan = portal.plan("account", action="block", keys=[ADA])
    assert portal.job(plan["id"])["id"] == plan["id"]


def test_accounts_are_kept_like_the_file_of_a_crm(connect: Callable[..., Any], world: Platform) -> None:
    from sync_crm import sync

    portal = connect()
    person = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "timezone": "Europe/Amsterdam"}
    people = [{"id": ADA, **person}, {"id": "new@example.com", **person}, {"id": "eve@nowhere.example", **person}]
    told = sync(portal, people, apply=False)
    assert "lastName" in told[0]
    assert told[1] == "new@example.com: added"
    assert world.account().last_name == "Byron"
    told = sync(portal, people, apply=True)
    assert told[2].startswith("eve@nowhere.example: not done: ")
    assert (world.account().last_name, world.account("new@example.com").last_name) == ("Lovelace", "Lovelace")
    assert sync(portal, people[:2], apply=True) == []
