"""Alarms and missed calls: the mails about them, the overview, and servers that watch by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from sqlalchemy import update

from ngnpro_server.config import Proxy as ProxySettings
from ngnpro_server.store import accounts, alarms, health
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import alarms as alarm_table
from ngnpro_server.store.schema import proxy as proxys
from ngnpro_server.store.schema import sip_accounts
from ngnpro_server.watch.gateways import Probe
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.ngnpro.records import SipId
from portal.people.operators.models import Operator
from portal.watch.tasks import mail_missed_calls, tell_of_alarms
from tests.support.pages import Page
from tests.support.portal import Platform

ADA = "ada@example.com"
NOW = datetime(2026, 3, 15, 12, 0)


@pytest.fixture(autouse=True)
def _an_address(operator: Operator) -> Iterator[None]:
    Operator.objects.filter(pk=operator.pk).update(email="ines@mail.example")
    cache.clear()
    yield
    cache.clear()


def raise_alarm(world: Platform, kind: str = "spend", value: str = "52.10", **columns: Any) -> None:
    """Raise an alarm about ada, as the server does while it rates calls."""
    facts = {"time": NOW, "period": kind, "threshold": "50", **columns}
    with transaction(world.server.engine, write=True) as connection:
        account = accounts.find_account(connection, "ada", "example.com")
        assert account is not None
        alarms.insert_alarm(connection, account, kind=kind, value=value, **facts)


def without_watch(world: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server send no header, as that of AG Projects."""
    app = world.adapter.app

    def silent(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [one for one in headers if one[0] != "NGNPro-Watch"], *more)

        return app(environ, start)

    monkeypatch.setattr(world.adapter, "app", silent)


def queued() -> list[tuple[str, str]]:
    return sorted(OutboxMessage.objects.values_list("kind", "recipient"))


def test_an_alarm_is_mailed_once_to_operators_and_a_quota_to_its_account_too(
    world: Platform, operator: Operator
) -> None:
    raise_alarm(world)
    assert tell_of_alarms() == 1
    assert queued() == [("alarm-raised", "ines@mail.example")]
    raise_alarm(world, "quota", "25.00", threshold="25")
    assert tell_of_alarms() == 1
    assert tell_of_alarms() == 0
    assert queued() == [("alarm-raised", "ines@mail.example")] * 2 + [("quota-reached", ADA)]
    message = OutboxMessage.objects.get(kind="quota-reached")
    deliver_mail(str(message.pk))
    assert "Spent this month: 25.00" in str(mail.outbox[0].body)


def test_a_worker_that_was_killed_before_it_confirmed_mails_no_alarm_twice(world: Platform, operator: Operator) -> None:
    raise_alarm(world)
    tell_of_alarms()
    with transaction(world.server.engine, write=True) as connection:
        connection.execute(update(alarm_table).values(told=False))
    assert tell_of_alarms() == 1
    assert queued() == [("alarm-raised", "ines@mail.example")]


def missed_call(world: Platform, start: datetime, code: str) -> None:
    row = {"to_username": "ada", "to_domain": "example.com", "from_uri": "sip:bob@other.example", "sip_code": code}
    # calls from before the account are those of another one
    with transaction(world.server.engine, write=True) as connection:
        connection.execute(update(sip_accounts).values(create_date=datetime(2020, 1, 1)))
    with transaction(world.server.proxy, write=True) as connection:
        connection.execute(proxys.missed_calls.insert().values(method="INVITE", time=start, **row))


def test_missed_calls_of_yesterday_are_mailed_once_to_accounts_that_want_that(world: Platform) -> None:
    yesterday = timezone.now().astimezone(UTC).replace(tzinfo=None, hour=12, minute=30, second=0) - timedelta(days=1)
    missed_call(world, yesterday, "486")
    missed_call(world, yesterday - timedelta(days=1), "480")
    assert mail_missed_calls() == 0
    world.ngnpro.sip.add_to_group(SipId.parse(ADA), "missed-calls")
    mail_missed_calls()
    mail_missed_calls()
    assert queued() == [("missed-calls", ADA)]
    deliver_mail(str(OutboxMessage.objects.get().pk))
    text = str(mail.outbox[0].body)
    assert "12:30 UTC: bob@other.example" in text
    assert text.count("bob@other.example") == 1


def test_a_server_that_does_not_watch_is_asked_nothing(
    browser: Client, world: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_alarm(world)
    without_watch(world, monkeypatch)
    world.ngnpro.sip.get_domains()
    world.forget_calls()
    assert (tell_of_alarms(), mail_missed_calls()) == (0, 0)
    assert "Nothing that the portal knows of." in Page(browser.get("/")).text
    assert {"getAlarms", "getHealth"}.isdisjoint(world.calls)
    assert queued() == []


def test_the_overview_shows_open_alarms_until_somebody_closes_them(browser: Client, world: Platform) -> None:
    raise_alarm(world, blocked=True)
    page = Page(browser.get("/"))
    for words in ("Asks for you", ADA, "cost 52.10 within an hour", "The account was blocked."):
        assert words in page.text
    with transaction(world.server.engine, write=False) as connection:
        [row] = alarms.list_alarms(connection, (), 9)
    assert browser.get(f"/alarms/{row['id']}/close/").status_code == 405
    assert browser.post(f"/alarms/{row['id']}/close/", follow=True).status_code == 200
    assert ADA not in Page(browser.get("/")).root.xpath("//section[.//h2='Asks for you']")[0].text_content()


def test_gateways_have_no_state_where_no_proxy_can_ask_them(browser: Client, world: Platform) -> None:
    world.add_routing("North", "0031")
    probe = Probe(ProxySettings(), world.server.engine, world.server.proxy)
    with transaction(world.server.engine, write=True) as connection:
        [gateway, *_others] = health.list_gateways(connection)
        health.record_state(connection, gateway["id"], 200, NOW)
    probe.ask_gateways(NOW)
    assert "answer" not in Page(browser.get("/lcr/gateways/")).text
    assert "Nothing that the portal knows of." in Page(browser.get("/")).text


def test_the_overview_shows_phones_calls_and_gateways_that_do_not_answer(browser: Client, world: Platform) -> None:
    world.add_routing("North", "0031")
    world.add_routing("South", "0032")
    with transaction(world.server.engine, write=True) as connection:
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        for hours, phones in ((2, 41), (3, 42)):
            health.insert_sample(connection, now - timedelta(hours=hours), phones, 5)
        health.insert_sample(connection, now, 7, None)
        for gateway, answer in zip(health.list_gateways(connection)[-2:], (0, None), strict=True):
            health.record_state(connection, gateway["id"], answer, NOW)
    text = Page(browser.get("/")).text
    listed = Page(browser.get("/lcr/gateways/")).text
    assert "Does not answer" in listed
    assert "Not known whether it answers" in listed
    for words in (
        "Registered phones",
        "7",
        "Calls in progress unknown",
        "Lowest 7 at",
        "highest 42 at",
        "Highest 5 at",
        "North-1 does not answer",
        "Whether 1 gateway answers is unknown",
    ):
        assert words in text
