"""Two editors at the same moment: our server compares and writes in one step, others are protected by a portal lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from ngnpro_wire.as_read import AS_READ, COMPARES
from portal.accounts.forwarding.services.incoming import reject_caller
from portal.core import record_locks
from portal.core.models import RecordLock
from portal.core.record_locks import record_lock
from portal.core.servers import service_ngnpro
from portal.core.tasks import clean_up_framework
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Carrier, CustomerAccount, CustomerProperty, PersistentAcceptRule, Route, SipId
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.portal_database import (
    PORTAL_DATABASES,
    at_once,
    copy_cookies,
    portal_database,
    server_url,
    sqlite_url,
)

URL = "/accounts/ada@example.com/edit/"
ADA = SipId(username="ada", domain="example.com")
PAIRS = 12


@pytest.fixture(params=PORTAL_DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A portal database that several threads can use, instead of the one in memory."""
    is_sqlite = request.param == "sqlite"
    with django_db_blocker.unblock():
        url = sqlite_url(tmp_path) if is_sqlite else server_url(request.getfixturevalue("postgresql"))
        with portal_database(url):
            yield


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account()
    return platform


def be_foreign(platform: Platform) -> None:
    """Make the server behave like one that does not know our headers."""
    app = platform.adapter.app

    def foreign(environ: Any, start: Any) -> Any:
        environ.pop(f"HTTP_{AS_READ.upper().replace('-', '_')}", None)
        return app(environ, lambda status, headers: start(status, [one for one in headers if one[0] != COMPARES]))

    platform.adapter.app = foreign


@pytest.mark.parametrize("is_foreign", [False, True])
@pytest.mark.parametrize("second", ["first_name", "last_name"])
def test_of_two_editors_in_the_same_instant_neither_loses_silently(
    ada: Platform, browser: Client, is_foreign: bool, second: str
) -> None:
    if is_foreign:
        be_foreign(ada)
    fields = ("first_name", second)
    for number in range(PAIRS):
        values = (f"A{number}", f"B{number}")
        form = Page(browser.get(URL)).form_data()
        form.pop("slip")
        barrier = threading.Barrier(2)

        def send(one: Client, data: dict[str, Any], barrier: threading.Barrier = barrier) -> Any:
            barrier.wait()
            return one.post(URL, data)

        forms = [{**form, field: value} for field, value in zip(fields, values, strict=True)]
        answers = at_once([partial(send, copy_cookies(browser, Client()), data) for data in forms])

        assert sorted(answer.status_code for answer in answers) == [302, 409]
        winner = 0 if answers[0].status_code == 302 else 1
        assert getattr(ada.account(), fields[winner]) == values[winner]
        page = Page(answers[1 - winner])
        assert values[winner] in page.text
        assert page.form_data()[fields[1 - winner]] == [values[1 - winner]]
        if second == "last_name":
            assert page.form_data()[fields[winner]] == [values[winner]]


def weekday_rule(day: int) -> PersistentAcceptRule:
    return PersistentAcceptRule(days=day, start="09:00", stop="17:00", groups=("everybody",))


def customer_of(ngnpro: Ngnpro) -> int:
    found = ngnpro.customers.find_account("acme")
    assert found
    return found.id


REPLACED: dict[str, tuple[Callable[[Ngnpro], Any], Callable[[Ngnpro, Any, int], Any]]] = {
    "diversions that were none": (
        lambda n: n.sip.get_call_diversions(ADA),
        lambda n, read, value: n.sip.set_call_diversions(ADA, replace(read, func=f"sip:{value}@example.com")),
    ),
    "accept rules": (
        lambda n: n.sip.get_accept_rules(ADA).rules,
        lambda n, read, value: n.sip.set_accept_rules(ADA, replace(read, persistent=(weekday_rule(value),))),
    ),
    "rejected callers": (
        lambda n: n.sip.get_reject_members(ADA),
        lambda n, read, value: n.sip.set_reject_members(ADA, (f"sip:{value}@example.com",), read),
    ),
    "barred prefixes": (
        lambda n: n.sip.get_barring_prefixes(ADA),
        lambda n, read, value: n.sip.set_barring_prefixes(ADA, (f"+3190{value}",), read),
    ),
    "a customer's properties": (
        lambda n: n.customers.get_properties(customer_of(n)),
        lambda n, read, value: n.customers.set_properties(
            customer_of(n), (CustomerProperty(name="currency", value=f"{value}"),), read
        ),
    ),
    "a route": (
        lambda n: next(iter(n.sip.get_routes())),
        lambda n, read, value: n.sip.update_route(replace(read, prefix=f"00{value}")),
    ),
}


@pytest.mark.parametrize("is_foreign", [False, True])
@pytest.mark.parametrize("what", REPLACED)
def test_of_two_replacements_in_the_same_instant_one_is_refused(
    db: None, ada: Platform, is_foreign: bool, what: str
) -> None:
    ada.ngnpro.customers.add_account(CustomerAccount(username="acme", password="a-Secret-2026", reseller_active=True))
    ada.ngnpro.sip.add_route(Route(prefix="0031", carrier_id=ada.ngnpro.sip.add_carrier(Carrier(name="One")).id))
    if is_foreign:
        be_foreign(ada)
    read, save = REPLACED[what]
    for number in (1, 2, 4):
        stored = read(ada.ngnpro)
        barrier = threading.Barrier(2)

        def write(value: int, stored: Any = stored, barrier: threading.Barrier = barrier) -> bool:
            one = service_ngnpro()
            read(one)
            barrier.wait()
            try:
                save(one, stored, value)
            except errors.ChangedMeanwhile:
                return False
            return True

        outcomes = at_once([partial(write, number), partial(write, number + 8)])

        assert sorted(outcomes) == [False, True]
        winner = number if outcomes[0] else number + 8
        now = read(ada.ngnpro)
        with pytest.raises(errors.ChangedMeanwhile):
            save(service_ngnpro(), stored, number + 16)
        assert read(ada.ngnpro) == now
        assert str(winner) in repr(now)


@pytest.mark.parametrize("is_foreign", [False, True])
def test_two_callers_rejected_in_the_same_instant_are_both_stored(db: None, ada: Platform, is_foreign: bool) -> None:
    if is_foreign:
        be_foreign(ada)
    for number in range(6):
        barrier = threading.Barrier(2)

        def work(caller: str, barrier: threading.Barrier = barrier) -> bool:
            one = service_ngnpro()
            one.sip.get_reject_members(ADA)
            barrier.wait()
            return reject_caller(one, lambda *_: nullcontext(), ADA, caller)  # type: ignore[arg-type,return-value]

        callers = [f"sip:{side}{number}@example.net" for side in "ab"]
        assert at_once([partial(work, caller) for caller in callers]) == [True, True]
        assert set(callers) <= set(ada.ngnpro.sip.get_reject_members(ADA))


def test_a_lock_has_one_holder_at_a_time(db: None) -> None:
    inside: list[int] = []

    def work() -> int:
        with record_lock("ada"):
            inside.append(1)
            most = len(inside)
            threading.Event().wait(0.02)
            inside.pop()
        return most

    assert at_once([work] * 6) == [1] * 6
    assert not RecordLock.objects.exists()


def test_waiting_for_a_lock_ends_after_the_limit(db: None, clock: Clock) -> None:
    began = time.monotonic()
    with record_lock("ada"), pytest.raises(errors.ChangedMeanwhile, match="saving this record"), record_lock("ada"):
        pass
    assert time.monotonic() - began >= record_locks.WAIT_SECONDS


def test_the_lock_of_a_process_that_was_killed_expires(db: None) -> None:
    with record_lock("ada"):
        RecordLock.objects.update(expires=timezone.now() - timedelta(seconds=1))
        with record_lock("ada"):
            pass
    assert not RecordLock.objects.exists()


def test_the_locks_of_processes_that_were_killed_are_deleted(db: None) -> None:
    now = timezone.now()
    RecordLock.objects.create(key="killed", holder="one", expires=now - timedelta(minutes=6))
    RecordLock.objects.create(key="held", holder="two", expires=now + timedelta(minutes=1))
    clean_up_framework()
    assert [lock.key for lock in RecordLock.objects.all()] == ["held"]
    assert "portal.core.tasks.clean_up_framework" in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
