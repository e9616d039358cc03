"""A mail that belongs to a write is stored before the write, and sent if and only if the write was made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.journal import tasks
from portal.journal.models import JournalEntry
from portal.mail.kinds.account_information import wanted_information
from portal.mail.outbox.delivery import HELD_AT_MOST, delete_old_mails
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro import CallReport, errors
from portal.ngnpro.records import SipAccount, SipId
from tests.support.journal import latest, ngnpro_of, writes
from tests.support.portal import Platform

State = OutboxMessage.State
ADA = SipAccount(
    id=SipId.parse("ada@example.com"), password="xyz", first_name="Ada", last_name="Byron", email="ada@mail.example"
)


@pytest.fixture(autouse=True)
def domain(platform: Platform) -> None:
    platform.add_domain()


def killed_after_the_answer(platform: Platform, *, stored: bool = True) -> JournalEntry:
    """Add an account, and end before the answer is noted; return the entry, some time old."""

    def add() -> None:
        with writes().change(None, ADA, mails=(wanted_information(ADA.email, password="xyz"),)) as write:
            if stored:
                platform.ngnpro.sip.add_account(ADA)
            write.calls = [lost_call("TimedOut")]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add()
    entry = latest()
    JournalEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=10))
    return entry


def test_a_mail_is_held_while_its_write_is_under_way_and_queued_when_it_was_made(platform: Platform) -> None:
    with writes().change(None, ADA, mails=(wanted_information(ADA.email, password="xyz"),)) as write:
        held = OutboxMessage.objects.get()
        assert (held.state, held.awaits) == (State.HELD, write.number)
        write.stored = ngnpro_of(writes()).sip.add_account(ADA)
        write.calls = [lost_call("ok")]
    queued = OutboxMessage.objects.get()
    assert (queued.state, queued.about, queued.recipient) == (State.QUEUED, "ada@example.com", ADA.email)
    assert (queued.secret, queued.awaits) == ("xyz", None)
    assert queued.reseller == write.stored.reseller


def test_a_mail_whose_write_was_interrupted_is_queued_when_the_journal_finds_it_made(platform: Platform) -> None:
    killed_after_the_answer(platform)
    assert OutboxMessage.objects.get().state == State.HELD
    assert tasks.reconcile_uncertain_entries() == 1
    message = OutboxMessage.objects.get(kind="account-information")
    assert (message.state, message.about, message.secret) == (State.QUEUED, "ada@example.com", "xyz")


def test_a_mail_whose_write_was_not_made_is_never_sent(platform: Platform) -> None:
    killed_after_the_answer(platform, stored=False)
    tasks.reconcile_uncertain_entries()
    message = OutboxMessage.objects.get()
    assert message.state == State.HELD
    OutboxMessage.objects.update(created_at=timezone.now() - HELD_AT_MOST - timedelta(minutes=1))
    delete_old_mails()
    assert not OutboxMessage.objects.exists()


def failed(failure: Exception, outcome: str) -> None:
    """Fail to add an account."""
    with writes().change(None, ADA, mails=(wanted_information(ADA.email),)) as write:
        write.calls = [lost_call(outcome)]
        raise failure


@pytest.mark.parametrize("failure", [errors.AlreadyExists(1004, "taken"), errors.ConnectionFailed("away")])
def test_a_refused_write_and_one_that_never_arrived_leave_no_mail(platform: Platform, failure: Exception) -> None:
    with pytest.raises(type(failure)):
        failed(failure, "refused 1004")
    assert not OutboxMessage.objects.exists()


def test_a_write_whose_answer_was_lost_keeps_its_mail(platform: Platform) -> None:
    with pytest.raises(errors.TimedOut):
        failed(errors.TimedOut("late", sent=True), "TimedOut")
    assert OutboxMessage.objects.get().state == State.HELD


def test_the_page_that_adds_an_account_queues_the_mail_with_the_write(browser: Client, platform: Platform) -> None:
    typed = {"username": "ada", "domain": "example.com", "first_name": "Ada", "last_name": "Byron"}
    typed |= {"email": ADA.email, "send_information": "on", "timezone": "Europe/London"}
    answer = browser.post("/accounts/add/", typed)
    assert answer.status_code == 302
    message = OutboxMessage.objects.get(kind="account-information")
    assert (message.state, message.about) == (State.QUEUED, "ada@example.com")
    assert message.reseller == platform.account().reseller
    assert browser.post("/accounts/add/", typed).status_code == 422
    assert OutboxMessage.objects.filter(kind="account-information").count() == 1


def lost_call(outcome: str) -> CallReport:
    return CallReport("ngnpro", "Sip", "addAccount", 0.1, outcome)
