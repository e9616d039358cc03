"""Writes are announced all together or not at all; a failing listener stops neither other listeners nor the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from portal.core import writes as announcements
from portal.core.writes import Write
from portal.journal.models import JournalEntry
from portal.ngnpro.records import SipId
from tests.support.journal import latest, ngnpro_of, writes
from tests.support.portal import Platform


class Full:
    """Makes the database fail after this number of new journal entries, as if it were full."""

    def __init__(self, entries: int) -> None:
        self.left = entries

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT") and '"journal_journalentry"' in sql:
            self.left -= 1
            if self.left < 0:
                raise OperationalError("database or disk is full")
        return execute(sql, *rest)


@pytest.fixture
def broken_listener() -> Iterator[list[Write]]:
    """A listener that fails at the end of each write."""
    heard: list[Write] = []

    def fail(sender: object, write: Write, **_: Any) -> None:
        heard.append(write)
        raise ZeroDivisionError

    announcements.ended.connect(fail, dispatch_uid="broken")
    yield heard
    announcements.ended.disconnect(dispatch_uid="broken")


def test_if_the_second_write_cannot_be_journalled_the_first_has_no_entry(platform: Platform) -> None:
    one, other = platform.add_domain("one.example"), platform.add_domain("other.example")
    made = writes()

    def both() -> None:
        with made.changes([made.of(one, None), made.of(other, None)]):
            ngnpro_of(made).sip.delete_domain("one.example")

    with connection.execute_wrapper(Full(0)), pytest.raises(OperationalError):
        both()
    assert not JournalEntry.objects.exists()
    assert platform.ngnpro.sip.find_domain("one.example") is not None


def test_a_listener_that_fails_stops_neither_the_page_nor_the_journal(
    browser: Client, platform: Platform, broken_listener: list[Write], caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser.post("/domains/add/", {"domain": "example.com"})
    assert answer.status_code == 302
    assert platform.ngnpro.sip.find_domain("example.com") is not None
    assert latest().result == "done"
    assert broken_listener
    assert "ZeroDivisionError" in caplog.text


def test_a_call_outside_of_a_page_is_not_made_without_a_journal_entry(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    made = writes()
    with connection.execute_wrapper(Full(0)), pytest.raises(OperationalError):
        ngnpro_of(made).sip.delete_account(SipId.parse("ada@example.com"))
    assert platform.account().id == SipId.parse("ada@example.com")


def test_a_call_outside_of_a_page_has_its_entry_before_it_is_made(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    made, seen = writes(), []
    platform.run_before(
        "Sip.deleteAccount", lambda: seen.extend(JournalEntry.objects.values_list("operation", "result"))
    )
    ngnpro_of(made).sip.delete_account(SipId.parse("ada@example.com"))
    assert seen == [("deleteAccount", "broken off")]
    assert (latest().operation, latest().result) == ("deleteAccount", "done")
    assert JournalEntry.objects.count() == 1


def test_each_write_of_a_batch_has_its_own_entry_with_its_own_end(platform: Platform) -> None:
    for name in ("one.example", "other.example", "third.example"):
        platform.add_domain(name)
    made = writes()
    domains = [platform.ngnpro.sip.find_domain(name) for name in ("one.example", "other.example", "third.example")]
    plans = [
        (made.of(domain, None), lambda ngnpro, name=name: ngnpro.sip.delete_domain(name))
        for domain, name in zip(domains, ("one.example", "gone.example", "third.example"), strict=True)
    ]
    outcomes = made.batch(ngnpro_of(made), plans)
    assert [type(outcome.error).__name__ for outcome in outcomes] == ["NoneType", "Missing", "NoneType"]
    assert [entry.result for entry in JournalEntry.objects.order_by("id")] == ["done", "refused", "done"]
    assert {account.domain for account in platform.ngnpro.sip.get_domains().items} == {"other.example"}


def test_no_call_of_a_batch_is_made_without_an_entry(platform: Platform) -> None:
    platform.add_domain("one.example")
    domain = platform.ngnpro.sip.find_domain("one.example")
    made = writes()
    plans = [(made.of(domain, None), lambda ngnpro: ngnpro.sip.delete_domain("one.example"))]
    with connection.execute_wrapper(Full(0)), pytest.raises(OperationalError):
        made.batch(ngnpro_of(made), plans)
    assert platform.ngnpro.sip.find_domain("one.example") is not None
