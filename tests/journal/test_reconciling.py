"""Writes in doubt are compared with the platform later, completed, and followed by their mails."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from portal.celery import app
from portal.journal import tasks
from portal.journal.labels import EntryResult, ReconcilingReason
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.models import MailChoice
from portal.ngnpro import CallReport
from portal.ngnpro.records import Carrier, CustomerAccount, Gateway, GatewayRule, Route, SipAccount, SipDomain
from tests.support.journal import fill, latest, ngnpro_of, writes
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform


@pytest.fixture(autouse=True)
def mails(platform: Platform) -> None:
    MailChoice.objects.create(kind="account-changed", is_sent=True)
    platform.add_domain()


def doubtful(before: Any, after: Any, **more: Any) -> JournalEntry:
    """Return an entry, some time old, of a write whose end was not recorded."""

    def broken_off() -> None:
        with writes().change(before, after, **more) as write:
            write.calls = [lost_call()]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    return aged(latest())


def lost_call() -> CallReport:
    return CallReport("ngnpro", "Sip", "updateAccount", 0.1, "TimedOut")


def aged(entry: JournalEntry, minutes: int = 10) -> JournalEntry:
    JournalEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=minutes))
    return entry


def finding(entry: JournalEntry) -> tuple[str, str]:
    entry.refresh_from_db()
    return entry.result, entry.reason


def test_an_edit_that_was_made_is_done_and_its_mail_goes(platform: Platform) -> None:
    before = platform.add_account()
    entry = doubtful(before, replace(before, last_name="King", email="new@mail.example"))
    assert entry.result == EntryResult.BROKEN_OFF
    platform.ngnpro.sip.update_account(replace(before, last_name="King", email="new@mail.example"))
    assert tasks.reconcile_uncertain_entries() == 1
    assert finding(entry) == (EntryResult.DONE, ReconcilingReason.AS_MEANT)
    told = OutboxMessage.objects.filter(kind="account-changed")
    assert {(mail.recipient, tuple(mail.facts["fields"])) for mail in told} == {
        ("ada@example.com", ("lastName", "email")),
        ("new@mail.example", ("lastName", "email")),
    }


def test_an_edit_that_was_not_stored_sends_no_mail(platform: Platform) -> None:
    before = platform.add_account()
    entry = doubtful(before, replace(before, last_name="King"))
    tasks.reconcile_uncertain_entries()
    assert finding(entry) == (EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE)
    assert not OutboxMessage.objects.exists()


def test_a_later_change_makes_the_outcome_uncertain(platform: Platform) -> None:
    before = platform.add_account()
    entry = doubtful(before, replace(before, last_name="King"))
    platform.ngnpro.sip.update_account(replace(before, last_name="Lovelace"))
    tasks.reconcile_uncertain_entries()
    assert finding(entry) == (EntryResult.UNCERTAIN, ReconcilingReason.OTHERWISE)


def test_additions_and_deletions_are_found_by_the_record(platform: Platform) -> None:
    added = doubtful(None, SipDomain(domain="new.example"))
    missing = doubtful(None, SipDomain(domain="never.example"))
    gone, there = platform.add_domain("gone.example"), platform.add_domain("there.example")
    deleted, kept = doubtful(gone, None), doubtful(there, None)
    platform.add_domain("new.example")
    platform.ngnpro.sip.delete_domain("gone.example")
    assert tasks.reconcile_uncertain_entries() == 4
    assert finding(added) == finding(deleted) == (EntryResult.DONE, ReconcilingReason.AS_MEANT)
    assert finding(missing) == finding(kept) == (EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE)


def test_the_page_says_why_a_record_cannot_be_compared(platform: Platform) -> None:
    before = platform.add_account()
    secret = doubtful(before, replace(before, password="another-secret"))
    sip = platform.ngnpro.sip
    carrier = sip.add_carrier(Carrier(name="One"))
    route = Route(prefix="0031", carrier_id=carrier.id, priority=1)
    numbered = doubtful(None, route)
    sip.add_routes([route, route])
    (unknown,) = fill(1, result="uncertain", action="", kind="", key="")
    aged(unknown)
    tasks.reconcile_uncertain_entries()
    assert finding(secret) == (EntryResult.UNCERTAIN, ReconcilingReason.SECRET)
    assert finding(numbered) == (EntryResult.UNCERTAIN, ReconcilingReason.NO_KEY)
    assert finding(unknown) == (EntryResult.UNCERTAIN, ReconcilingReason.UNKNOWN)


def test_an_addition_whose_number_was_lost_is_found_by_its_values(platform: Platform) -> None:
    sip, customers = platform.ngnpro.sip, platform.ngnpro.customers
    top = sip.add_carrier(Carrier(name="Top"))
    gate = sip.add_gateway(Gateway(name="gate", carrier_id=top.id, ip="192.0.2.1"))
    adds: list[tuple[Any, Any]] = [
        (CustomerAccount(**{**CUSTOMER, "username": "fenwick", "email": "f@example.com"}), customers.add_account),
        (Carrier(name="a_b"), sip.add_carrier),
        (Gateway(name="gw_1", carrier_id=top.id, ip="192.0.2.7"), sip.add_gateway),
        (GatewayRule(gateway_id=gate.id, prefix="00", strip=2), sip.add_gateway_rule),
        (Route(prefix="0031", carrier_id=top.id, priority=3), sip.add_route),
    ]
    missing = [doubtful(None, record) for record, _add in adds]
    assert tasks.reconcile_uncertain_entries() == len(adds)
    assert {finding(entry) for entry in missing} == {(EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE)}

    made = [(doubtful(None, record), add(record)) for record, add in adds]
    assert tasks.reconcile_uncertain_entries() == len(adds)
    for entry, stored in made:
        assert (entry.kind, *finding(entry)) == (entry.kind, EntryResult.DONE, ReconcilingReason.AS_MEANT)
        assert entry.key == str(stored.id)


def test_an_addition_is_not_taken_for_a_record_that_was_there_before(platform: Platform) -> None:
    sip = platform.ngnpro.sip
    route = Route(prefix="0031", carrier_id=sip.add_carrier(Carrier(name="One")).id, priority=1)
    there = sip.add_route(route)
    assert there
    fill(1, kind="route", key=str(there.id), action="add", operation="addRoutes")
    entry = doubtful(None, route)
    tasks.reconcile_uncertain_entries()
    assert finding(entry) == (EntryResult.UNCERTAIN, ReconcilingReason.NO_KEY)
    assert entry.key == ""


@pytest.mark.parametrize("minutes", [1, 60 * 24 * 3])
def test_writes_in_progress_or_long_past_are_not_reconciled(platform: Platform, minutes: int) -> None:
    before = platform.add_account()
    entry = aged(doubtful(before, replace(before, last_name="King")), minutes)
    assert tasks.reconcile_uncertain_entries() == 0
    assert finding(entry) == (EntryResult.BROKEN_OFF, "")


def test_during_an_outage_entries_wait(platform: Platform) -> None:
    before = platform.add_account()
    entry = doubtful(before, replace(before, last_name="King"))
    platform.cut()
    assert tasks.reconcile_uncertain_entries() == 0
    assert finding(entry) == (EntryResult.BROKEN_OFF, "")
    platform.mend()
    assert tasks.reconcile_uncertain_entries() == 1


def test_each_entry_is_completed_once(platform: Platform) -> None:
    entry = doubtful(platform.add_domain("there.example"), None)
    assert [tasks.reconcile_uncertain_entries(), tasks.reconcile_uncertain_entries()] == [1, 0]
    assert finding(entry)[1] == ReconcilingReason.AS_BEFORE


def test_a_database_that_fails_before_the_end_is_noted_loses_neither_result_nor_mail(platform: Platform) -> None:
    before: SipAccount = platform.add_account()
    made = writes()

    def full(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with ExitStack() as disk, made.change(before, replace(before, last_name="King")) as write:
        write.stored = ngnpro_of(made).sip.update_account(replace(before, last_name="King"))
        disk.enter_context(connection.execute_wrapper(full))
    entry = aged(latest())
    assert entry.result == EntryResult.BROKEN_OFF
    assert not OutboxMessage.objects.exists()
    tasks.reconcile_uncertain_entries()
    assert finding(entry) == (EntryResult.DONE, ReconcilingReason.AS_MEANT)
    assert OutboxMessage.objects.get().recipient == "ada@example.com"


def test_a_mail_that_was_queued_already_is_not_queued_again(platform: Platform) -> None:
    before = platform.add_account()
    made = writes()
    with made.change(before, replace(before, last_name="King")):
        ngnpro_of(made).sip.update_account(replace(before, last_name="King"))
    entry = aged(latest())
    JournalEntry.objects.filter(pk=entry.pk).update(result=EntryResult.BROKEN_OFF)
    assert tasks.reconcile_uncertain_entries() == 1
    assert OutboxMessage.objects.count() == 1


def test_writes_in_doubt_are_found_by_their_author(platform: Platform, browser: Any) -> None:
    fill(1, result="uncertain", key="uncertain@example.com")
    fill(1, result="broken off", key="broken@example.com")
    fill(1, key="done@example.com")
    page = Page(browser.get("/journal/?result=in+doubt&who=ines"))
    assert len(page.rows()) == 2
    assert "done@example.com" not in page.text


def test_the_page_of_an_entry_says_what_was_found(platform: Platform, browser: Any) -> None:
    entry = doubtful(platform.add_domain("there.example"), None)
    tasks.reconcile_uncertain_entries()
    assert "The record on the platform is as it was before." in Page(browser.get(f"/journal/{entry.pk}/")).text


def test_the_worker_reconciles_by_itself() -> None:
    assert tasks.reconcile_uncertain_entries.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.reconcile_uncertain_entries.name in app.tasks
