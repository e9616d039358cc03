"""The outbox as workers see it: claims, lost workers, delays, secrets that expire, shares of recipients."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import delivery, tasks
from portal.mail.outbox.delivery import FIRST_PAUSE, MOST_ATTEMPTS
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import queue_mail
from portal.mail.outbox.smtp import SENT_AGAIN, hand_over_mail
from tests.support.portal import Platform
from tests.support.portal_database import at_once, portal_database, sqlite_url

State = OutboxMessage.State
SECRET = "Canary-of-the-worker"


@pytest.fixture
def sealed(account: str) -> OutboxMessage:
    return queue_account_information(account, "ada@mail.example", password=SECRET, reseller=0)


def fresh(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


def let_time_pass(**values: Any) -> None:
    """Move the due time of all mails into the past."""
    OutboxMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1), **values)


def claim(message: OutboxMessage) -> OutboxMessage:
    claimed = delivery.claim_mail(message.pk)
    assert claimed is not None
    return claimed


# --- queueing


def test_the_same_cause_queues_only_one_mail(account: str, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as told:
        first = queue_mail("account-information", account, "ada@mail.example", key="job 7, item 3", reseller=0)
        again = queue_mail("account-information", account, "else@mail.example", key="job 7, item 3", reseller=0)
        other = queue_mail("account-information", account, "ada@mail.example", key="job 7, item 4", reseller=0)
        without = [queue_mail("account-information", account, "ada@mail.example", reseller=0) for _ in range(2)]
    assert first == again
    assert len({first.pk, other.pk, *(each.pk for each in without)}) == 4
    assert len(told) == 4


def test_a_message_is_there_only_if_its_cause_is(platform: Platform, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as told, transaction.atomic():
        queue_account_information("ada@example.com", "ada@mail.example", reseller=0)
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0
    assert told == []


# --- secrets


def test_a_password_is_sealed_for_the_worker_and_wiped_when_the_mail_is_sent(sealed: OutboxMessage) -> None:
    assert SECRET not in repr(OutboxMessage.objects.values().get())
    assert fresh(sealed).secret == SECRET
    tasks.deliver_mail(str(sealed.pk))
    assert (fresh(sealed).state, fresh(sealed).sealed, fresh(sealed).secret) == (State.SENT, "", "")


def test_a_password_stays_while_the_mail_is_tried_and_goes_when_it_is_given_up(
    sealed: OutboxMessage, platform: Platform
) -> None:
    platform.cut()
    for _attempt in range(MOST_ATTEMPTS - 1):
        tasks.deliver_mail(str(sealed.pk))
    assert fresh(sealed).secret == SECRET
    tasks.deliver_mail(str(sealed.pk))
    assert (fresh(sealed).state, fresh(sealed).sealed) == (State.FAILED, "")
    assert fresh(sealed).lost_its_secret


def test_a_password_expires_and_is_then_wiped(sealed: OutboxMessage) -> None:
    OutboxMessage.objects.update(sealed_until=timezone.now())
    assert fresh(sealed).sealed
    assert fresh(sealed).secret == ""
    delivery.take_due_mails()
    assert fresh(sealed).sealed == ""
    assert fresh(sealed).lost_its_secret


def test_the_key_can_be_changed_while_a_password_waits(sealed: OutboxMessage, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert fresh(sealed).secret == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    assert fresh(sealed).secret == ""


# --- lost workers


def test_a_mail_whose_worker_was_lost_is_settled_only_by_the_next_worker(message: OutboxMessage) -> None:
    lost = claim(message)
    let_time_pass()
    delivery.take_due_mails()
    owner = claim(message)
    assert not delivery.begin_handover(lost)
    delivery.settle_failed(lost, "too late", for_good=True)
    assert fresh(message).state == State.SENDING
    assert delivery.begin_handover(owner)
    delivery.settle_sent(lost)
    assert fresh(message).state == State.SENDING
    delivery.settle_sent(owner)
    assert fresh(message).state == State.SENT


def test_a_worker_lost_before_the_handover_leaves_no_doubt(message: OutboxMessage) -> None:
    claim(message)
    let_time_pass()
    assert delivery.take_due_mails() == [str(message.pk)]
    assert not fresh(message).duplicate


def test_a_mail_whose_worker_was_lost_while_sending_says_that_it_may_be_a_duplicate(message: OutboxMessage) -> None:
    assert delivery.begin_handover(claim(message))
    let_time_pass()
    for pk in delivery.take_due_mails():
        tasks.deliver_mail(pk)
    assert fresh(message).duplicate
    [sent] = mail.outbox
    assert "may have reached you before" in sent.extra_headers[SENT_AGAIN]
    assert str(message.pk) in sent.extra_headers["Message-ID"]


def test_a_message_that_ends_every_worker_is_given_up(message: OutboxMessage) -> None:
    for _attempt in range(MOST_ATTEMPTS):
        claim(message)
        let_time_pass()
        delivery.take_due_mails()
    assert fresh(message).state == State.FAILED
    assert "worker stopped" in fresh(message).error


def test_a_fault_of_the_portal_itself_is_noted_and_tried_again(message: OutboxMessage) -> None:
    OutboxMessage.objects.update(kind="no-such-kind")
    with pytest.raises(KeyError):
        tasks.deliver_mail(str(message.pk))
    assert (fresh(message).state, fresh(message).duplicate) == (State.QUEUED, False)
    assert "The portal failed" in fresh(message).error


def test_a_fault_while_the_mail_is_handed_over_leaves_a_doubt(message: OutboxMessage) -> None:
    claimed = claim(message)
    assert delivery.begin_handover(claimed)
    delivery.settle_broken(claimed)
    assert fresh(message).duplicate


def test_due_mails_are_given_to_workers_again_only_after_a_while(message: OutboxMessage) -> None:
    assert delivery.take_due_mails() == [str(message.pk)]
    assert delivery.take_due_mails() == []
    let_time_pass()
    assert delivery.take_due_mails() == [str(message.pk)]


def test_pauses_double_until_the_message_is_given_up(message: OutboxMessage, platform: Platform) -> None:
    platform.cut()
    pauses = []
    for _attempt in range(MOST_ATTEMPTS - 1):
        before = timezone.now()
        tasks.deliver_mail(str(message.pk))
        pauses.append(round((fresh(message).due_at - before) / FIRST_PAUSE))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256]


def test_a_record_that_is_gone_is_not_asked_for_again(message: OutboxMessage, platform: Platform) -> None:
    platform.ngnpro.sip.delete_domain("example.com")
    tasks.deliver_mail(str(message.pk))
    assert (fresh(message).state, fresh(message).attempts) == (State.FAILED, 1)


class TestSeveralThreads:
    @pytest.fixture
    def db(self, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
        """A portal database that several threads can use, instead of the one in memory."""
        with django_db_blocker.unblock(), portal_database(sqlite_url(tmp_path)):
            yield

    def test_only_one_mail_at_a_time_is_with_the_mail_server(self, db: None) -> None:
        """If a killed worker had several mails at the server, it would be unknown which of them were sent."""
        inside: list[int] = []
        most: list[int] = []

        class Counting(mail.EmailMultiAlternatives):
            def send(self, fail_silently: bool = False) -> int:
                inside.append(1)
                most.append(len(inside))
                threading.Event().wait(0.02)
                inside.pop()
                return 1

        rows = [OutboxMessage.objects.create(kind="x", about="y", recipient="ada@mail.example") for _ in range(4)]
        claimed = [claim(row) for row in rows]
        failures = at_once([partial(hand_over_mail, Counting(), row) for row in claimed])
        assert failures == [None] * 4
        assert most == [1] * 4


# --- recipients


def test_more_than_a_recipients_share_waits_and_is_not_lost(account: str, settings: Any) -> None:
    settings.MAIL_PER_RECIPIENT = 2
    same = ("ada@mail.example", "ADA@mail.example", "ada@MAIL.example")
    messages = [queue_account_information(account, recipient, reseller=0) for recipient in (*same, "bob@mail.example")]
    for each in messages:
        tasks.deliver_mail(str(each.pk))
    assert [fresh(each).state for each in messages] == [State.SENT, State.SENT, State.QUEUED, State.SENT]
    waiting = fresh(messages[2])
    assert waiting.attempts == 0
    assert "2 mails an hour" in waiting.error
    assert timedelta(minutes=59) < waiting.due_at - timezone.now() <= timedelta(hours=1)
    OutboxMessage.objects.filter(state=State.SENT).update(claimed_at=timezone.now() - timedelta(hours=1))
    tasks.deliver_mail(str(waiting.pk))
    assert fresh(waiting).state == State.SENT
    assert fresh(waiting).error == ""


def test_a_limit_of_zero_is_no_limit(account: str, settings: Any) -> None:
    settings.MAIL_PER_RECIPIENT = 0
    for _message in range(5):
        tasks.deliver_mail(str(queue_account_information(account, "ada@mail.example", reseller=0).pk))
    assert len(mail.outbox) == 5


# --- old rows


def test_long_settled_mails_are_deleted(account: str, settings: Any) -> None:
    old, recent, waiting = (queue_account_information(account, "ada@mail.example", reseller=0) for _ in range(3))
    for each in (old, recent):
        tasks.deliver_mail(str(each.pk))
    long_ago = timezone.now() - settings.MAIL_KEEP
    OutboxMessage.objects.filter(pk=old.pk).update(settled_at=long_ago)
    OutboxMessage.objects.filter(pk=waiting.pk).update(created_at=long_ago)
    tasks.clean_up_outbox()
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == {recent.pk, waiting.pk}
