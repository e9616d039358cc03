"""The quota of mails for the users of one reseller: which mails count, which wait, and who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import delivery, quotas, tasks
from portal.mail.outbox.models import OutboxMessage
from tests.support.pages import Page
from tests.support.portal import Platform

State = OutboxMessage.State
SEND = "/mail/send/accounts/"


def queue(reseller: int, engine: str = "", to: str = "ada@mail.example") -> OutboxMessage:
    return queue_account_information("ada@example.com", to, engine, reseller=reseller)


def states(messages: list[OutboxMessage]) -> list[str]:
    return [str(OutboxMessage.objects.get(pk=message.pk).state) for message in messages]


@pytest.mark.parametrize("limit", ["MAIL_PER_RESELLER_HOUR", "MAIL_PER_RESELLER_DAY"])
def test_mails_above_the_quota_of_a_reseller_wait_until_earlier_ones_no_longer_count(
    world: Platform, settings: Any, limit: str
) -> None:
    setattr(settings, limit, 2)
    span = quotas.HOUR if limit.endswith("HOUR") else quotas.DAY
    mine = [queue(1, to=f"user{number}@mail.example") for number in range(3)]
    others = [queue(3), queue(0), queue(0), queue(0)]
    for message in mine + others:
        tasks.deliver_mail(str(message.pk))
    assert states(mine) == [State.SENT, State.SENT, State.QUEUED]
    assert states(others) == [State.SENT] * 4
    waiting = OutboxMessage.objects.get(pk=mine[2].pk)
    assert waiting.attempts == 0
    assert f"get 2 mails {'an hour' if span == quotas.HOUR else 'a day'} in total" in waiting.error
    assert span - timedelta(minutes=1) < waiting.due_at - timezone.now() <= span
    assert str(waiting.pk) not in delivery.take_due_mails()
    OutboxMessage.objects.filter(state=State.SENT).update(claimed_at=timezone.now() - span)
    tasks.deliver_mail(str(waiting.pk))
    assert states([waiting]) == [State.SENT]


def test_a_mail_that_another_worker_is_sending_counts(world: Platform, settings: Any) -> None:
    settings.MAIL_PER_RESELLER_HOUR = 1
    first, second = queue(1), queue(1, to="bob@mail.example")
    assert delivery.claim_mail(first.pk) is not None
    assert delivery.claim_mail(second.pk) is None
    assert states([first, second]) == [State.SENDING, State.QUEUED]


def test_a_mail_that_was_not_sent_does_not_count(world: Platform, settings: Any) -> None:
    settings.MAIL_PER_RESELLER_HOUR = 1
    first, second = queue(1), queue(1, to="bob@mail.example")
    claimed = delivery.claim_mail(first.pk)
    assert claimed is not None
    delivery.settle_failed(claimed, "550 No such user", for_good=True)
    assert delivery.claim_mail(second.pk) is not None


def test_of_two_quotas_that_are_used_up_the_longer_wait_counts(world: Platform, settings: Any) -> None:
    settings.MAIL_PER_RESELLER_HOUR = settings.MAIL_PER_RESELLER_DAY = 1
    first, second = queue(1), queue(1, to="bob@mail.example")
    for message in (first, second):
        tasks.deliver_mail(str(message.pk))
    waiting = OutboxMessage.objects.get(pk=second.pk)
    assert waiting.due_at - timezone.now() > timedelta(hours=23)
    assert "a day" in waiting.error


def test_a_reseller_has_one_quota_however_the_ngnpro_server_was_named(world: Platform, settings: Any) -> None:
    settings.MAIL_PER_RESELLER_HOUR = 1
    first, second = queue(1, ""), queue(1, world.ngnpro.gate.engine.name, "bob@mail.example")
    for message in (first, second):
        tasks.deliver_mail(str(message.pk))
    assert states([first, second]) == [State.SENT, State.QUEUED]


def test_without_a_setting_no_reseller_has_a_quota(world: Platform, settings: Any) -> None:
    assert (settings.MAIL_PER_RESELLER_HOUR, settings.MAIL_PER_RESELLER_DAY) == (0, 0)
    assert quotas.mails_left("", 1) is None
    assert quotas.used_up_notices() == []


def test_the_pages_that_send_mails_name_the_reseller(people: dict[str, Client], world: Platform) -> None:
    people["operator"].post(SEND, {"address": ["ada@example.com", "bob@other.example"], "send": "yes"})
    people["reseller"].post("/mail/send/customer/2/")
    people["reseller"].post("/mail/templates/account-information/test/", {"account": "ada@example.com"})
    found = set(OutboxMessage.objects.values_list("kind", "about", "reseller"))
    assert {
        ("account-information", "ada@example.com", 1),
        ("account-information", "bob@other.example", 3),
        ("customer-login", "2", 1),
    } <= found
    test = OutboxMessage.objects.exclude(facts={}).values_list("kind", "reseller")
    assert ("account-information", 1) in test


def test_the_sending_page_says_how_many_mails_will_wait(
    people: dict[str, Client], world: Platform, settings: Any
) -> None:
    settings.MAIL_PER_RESELLER_DAY = 2
    tasks.deliver_mail(str(queue(1).pk))
    world.add_account("cleo@example.com")
    two = {"address": ["ada@example.com", "cleo@example.com"]}
    assert "reseller 1: 1 of 2 mails can be sent at once" in Page(people["operator"].get(SEND, two)).text
    assert "can be sent at once" not in Page(people["operator"].get(SEND, {"address": "ada@example.com"})).text
    assert "can be sent at once" not in Page(people["operator"].get(SEND, {"address": "bob@other.example"})).text
    queue(1, to="cleo@mail.example")
    assert "reseller 1: 0 of 2 mails" in Page(people["operator"].get(SEND, two)).text
    assert "reseller 1: 0 of 1 mails" in Page(people["reseller"].get("/mail/send/customer/2/")).text


def test_operators_see_in_the_outbox_whose_quota_is_used_up_and_what_waits(
    browser: Client, world: Platform, settings: Any
) -> None:
    settings.MAIL_PER_RESELLER_HOUR = 1
    for message in (queue(1), queue(1, to="bob@mail.example"), queue(3, to="eve@mail.example")):
        tasks.deliver_mail(str(message.pk))
    page = Page(browser.get("/mail/outbox/"))
    for reseller in (1, 3):
        assert f"users of reseller {reseller} ({world.ngnpro.gate.engine.name}) within the last hour: 1." in page.text
    rows = {row[0]: row for row in page.rows()}
    assert rows["bob@mail.example"][2].startswith(
        "waitingIt waits: users of this reseller get 1 mail an hour in total."
    )
    assert rows["bob@mail.example"][1].endswith("reseller 1")
    found = Page(browser.get("/mail/outbox/", {"reseller": "3"})).rows()
    assert [row[0] for row in found] == ["eve@mail.example"]
