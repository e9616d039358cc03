"""Which mails a write causes, to which recipients, and what is stored until they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Write, Writes
from portal.mail import listening
from portal.mail.outbox import tasks
from portal.mail.outbox.delivery import take_due_mails
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import queue_mail
from portal.mail.text.models import MailChoice
from portal.ngnpro import CallReport, Ngnpro
from portal.ngnpro.errors import Uncertain
from portal.ngnpro.records import (
    EnumId,
    SipAccount,
    SipAccountProperty,
    SipAlias,
    SipId,
    VoicemailAccount,
    VoicemailOptions,
)
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.queued_mails import no_mail_stored

ADA = SipId.parse("ada@example.com")


@pytest.fixture
def writes() -> Writes:
    return Writes(Author(Viewer(Role.OPERATOR, name="Ines", login="ines"), "192.0.2.1"))


@pytest.fixture
def ngnpro(world: Platform, writes: Writes) -> Ngnpro:
    """NGNPro as a page uses it: each call is recorded."""
    return Ngnpro(world.ngnpro.gate.engine, on_call=writes.note)


@pytest.fixture
def change(ngnpro: Ngnpro, writes: Writes, world: Platform) -> Callable[..., None]:
    """A function that changes Ada's account through the portal's own code."""

    def made(**values: Any) -> None:
        before = world.account()
        with writes.change(before, replace(before, **values)):
            ngnpro.sip.update_account(replace(before, **values))

    return made


def queued(kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = OutboxMessage.objects.filter(kind=kind).order_by("recipient")
    return [(row.recipient, row.facts) for row in rows]


def choose(kind: str, is_sent: bool, reseller: int = 0, engine: str = "") -> None:
    MailChoice.objects.create(kind=kind, is_sent=is_sent, reseller=reseller, engine=engine)


def test_a_change_of_the_address_is_mailed_to_the_old_and_the_new_one(change: Callable[..., None]) -> None:
    change(email="new@mail.example")
    assert set(OutboxMessage.objects.values_list("reseller", flat=True)) == {1}  # the resellers whose quotas count them
    assert queued("account-changed") == [
        ("ada@example.com", {"fields": ["email"]}),
        ("new@mail.example", {"fields": ["email"]}),
    ]


def test_fields_are_named_and_values_are_kept_nowhere(change: Callable[..., None]) -> None:
    web = SipAccountProperty(name="web_password", value="a-new-web-secret")
    change(password="a-new-phone-secret", properties=(web,), quota=4711)
    assert queued("account-changed") == [("ada@example.com", {"fields": ["password", "web_password", "quota"]})]
    row = str(OutboxMessage.objects.values().get())
    assert not [value for value in ("a-new-web-secret", "a-new-phone-secret", "4711") if value in row]


def test_unchanged_records_send_no_mail(change: Callable[..., None]) -> None:
    change(groups=("prepaid", "quota"), prepaid=False)
    change()
    assert queued("account-changed") == []


def test_a_change_that_ngnpro_refused_is_not_mailed(world: Platform, ngnpro: Ngnpro, writes: Writes) -> None:
    before = world.account()
    wanted = replace(before, timezone="Nowhere/None", email="new@mail.example")
    with pytest.raises(Exception, match=r"timezone|time zone"), writes.change(before, wanted):
        ngnpro.sip.update_account(wanted)
    assert queued("account-changed") == []


def test_a_reseller_chooses_only_for_their_users(
    change: Callable[..., None], world: Platform, ngnpro: Ngnpro, writes: Writes
) -> None:
    choose("account-changed", False, reseller=1, engine=ngnpro.gate.engine.name)
    change(quota=7)
    assert queued("account-changed") == []
    bob = world.account("bob@other.example")
    with writes.change(bob, replace(bob, quota=7)):
        ngnpro.sip.update_account(replace(bob, quota=7))
    assert queued("account-changed") == [("bob@other.example", {"fields": ["quota"]})]


def test_the_choice_of_the_platform_counts_until_a_reseller_makes_their_own(
    change: Callable[..., None], ngnpro: Ngnpro
) -> None:
    choose("account-changed", False)
    change(quota=7)
    assert queued("account-changed") == []
    choose("account-changed", True, reseller=1, engine=ngnpro.gate.engine.name)
    change(quota=8)
    assert len(queued("account-changed")) == 1


def test_a_changed_balance_is_mailed(world: Platform, ngnpro: Ngnpro, writes: Writes) -> None:
    with writes.change({"balance": 0}, {"balance": 5}, about=("account", str(ADA)), part="credit"):
        ngnpro.sip.add_balance(ADA, 5, "a gift")
    assert queued("balance-changed") == [("ada@example.com", {})]


def add_mailbox(ngnpro: Ngnpro, writes: Writes, pin: str = "4711") -> VoicemailAccount:
    box = VoicemailAccount(sip_id=ADA, name="Ada", password=pin, email="box@mail.example")
    with writes.change(None, box):
        return ngnpro.voicemail.add_account(box)


def test_the_change_of_a_pin_is_mailed_without_the_pin(ngnpro: Ngnpro, writes: Writes) -> None:
    box = add_mailbox(ngnpro, writes)
    assert queued("mailbox-pin") == []
    with writes.change(box, replace(box, password="8150")):
        ngnpro.voicemail.update_account(replace(box, password="8150"))
    assert queued("mailbox-pin") == [("ada@example.com", {})]
    assert not [pin for pin in ("4711", "8150") if pin in str(list(OutboxMessage.objects.values()))]


def test_mailboxes_numbers_and_aliases_are_mailed_only_if_chosen(
    world: Platform, ngnpro: Ngnpro, writes: Writes
) -> None:
    world.forget_calls()
    add_mailbox(ngnpro, writes)
    alias = SipAlias(id=SipId.parse("desk@example.com"), target=ADA)
    with writes.change(None, alias):
        ngnpro.sip.add_alias(alias)
    assert OutboxMessage.objects.count() == 0
    assert "getAccount" not in world.calls


def test_if_chosen_a_mailbox_is_mailed(ngnpro: Ngnpro, writes: Writes) -> None:
    choose("voicemail-changed", True)
    box = add_mailbox(ngnpro, writes)
    kept = replace(box, options=VoicemailOptions(delete=False), email="other@mail.example")
    with writes.change(box, kept):
        ngnpro.voicemail.update_account(kept)
    with writes.change(kept, None):
        ngnpro.voicemail.delete_account(ADA)
    told = [facts for _to, facts in queued("voicemail-changed")]
    assert sorted(told, key=lambda facts: str(facts["email"])) == [
        {"email": "", "happened": "removed"},
        {"email": "box@mail.example", "happened": "added"},
        {"email": "other@mail.example", "happened": "changed"},
    ]


def test_if_chosen_both_ends_of_a_moved_alias_are_mailed(world: Platform, ngnpro: Ngnpro, writes: Writes) -> None:
    choose("alias-changed", True)
    before = ngnpro.sip.get_alias(SipId.parse("front@example.com"))
    world.add_account("cleo@example.com")
    after = replace(before, target=SipId.parse("cleo@example.com"))
    with writes.change(before, after):
        ngnpro.sip.update_alias(after)
    assert queued("alias-changed") == [
        ("ada@example.com", {"happened": "removed", "alias": "front@example.com"}),
        ("cleo@example.com", {"happened": "added", "alias": "front@example.com"}),
    ]


def test_if_chosen_a_number_is_mailed(ngnpro: Ngnpro, writes: Writes) -> None:
    choose("number-changed", True)
    number = ngnpro.enum.get_number(EnumId(number="31208005169"))
    with writes.change(number, None):
        ngnpro.enum.delete_number(number.id)
    assert queued("number-changed") == [("ada@example.com", {"happened": "removed", "number": "31208005169"})]


def test_an_address_that_cannot_be_written_to_gets_nothing(change: Callable[..., None], world: Platform) -> None:
    change(email="")
    assert queued("account-changed") == [("ada@example.com", {"fields": ["email"]})]


def test_a_mail_that_cannot_be_queued_stops_no_change(
    change: Callable[..., None], world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(no_mail_stored):
        change(quota=7)
    assert world.account().quota == 7
    assert "could not be queued: DatabaseError" in caplog.text


def test_a_customer_is_notified_when_support_opens_their_pages(people: dict[str, Client], world: Platform) -> None:
    people["operator"].post("/session/act/", {"customer": "2"})
    ((recipient, facts),) = queued("support-entered")
    assert recipient == "harbour@example.com"
    assert OutboxMessage.objects.get().reseller == 1
    assert (facts["login"], facts["who"]) == ("harbour", "Ines Okafor")
    tasks.deliver_mail(str(OutboxMessage.objects.get().pk))
    assert "Ines Okafor" in str(mail.outbox[0].body)


def test_a_page_that_changes_an_account_queues_the_mail(people: dict[str, Client], world: Platform) -> None:
    page = Page(people["operator"].get("/accounts/ada@example.com/edit/"))
    answer = people["operator"].post("/accounts/ada@example.com/edit/", {**page.form_data(), "quota": "12"})
    assert answer.status_code == 302, Page(answer).text
    assert queued("account-changed") == [("ada@example.com", {"fields": ["quota"]})]


def test_a_new_account_has_no_changes(world: Platform, ngnpro: Ngnpro, writes: Writes) -> None:
    new = SipAccount(id=SipId.parse("dora@example.com"), first_name="Dora", email="dora@mail.example")
    with writes.change(None, new):
        ngnpro.sip.add_account(replace(new, last_name="X", timezone="Europe/London", password="long-enough-1"))
    assert OutboxMessage.objects.count() == 0


def test_the_mails_of_a_change_that_became_certain_later_are_queued_once(world: Platform) -> None:
    before = world.account()
    author = Author(Viewer(Role.OPERATOR, name="Ines", login="ines"))
    lost = CallReport(world.ngnpro.gate.engine.name, "Sip", "updateAccount", 9.0, "Uncertain")
    write = Write(author, before, replace(before, email="new@mail.example"), calls=[lost], error=Uncertain("lost"))
    listening.queue_mails_of_ended_write(None, write)
    assert queued("account-changed") == []
    for cause in ("journal 17", "journal 17", "journal 18"):
        listening.queue_mails_of(write, cause)
    recipients = [recipient for recipient, _facts in queued("account-changed")]
    assert recipients == ["ada@example.com"] * 2 + ["new@mail.example"] * 2


def test_the_first_change_is_mailed_at_once_and_those_that_follow_soon_together(
    change: Callable[..., None], world: Platform
) -> None:
    change(first_name="Augusta")
    change(timezone="Europe/Paris")
    change(quota=50)
    change(timezone="Europe/Rome")
    first, then = OutboxMessage.objects.filter(kind="account-changed").order_by("created_at")
    assert first.facts == {"fields": ["firstName"]}
    assert first.due_at <= timezone.now()
    assert then.facts["fields"] == ["timezone", "quota"]
    assert then.due_at == first.created_at + settings.MAIL_GATHER
    assert take_due_mails() == [str(first.pk)]
    OutboxMessage.objects.filter(pk=then.pk).update(due_at=timezone.now())
    tasks.deliver_mail(str(then.pk))
    assert "Time zone" in mail.outbox[-1].body
    assert "Monthly quota" in mail.outbox[-1].body


def test_a_password_or_address_is_mailed_at_once_whatever_was_mailed_before(change: Callable[..., None]) -> None:
    change(first_name="Augusta")
    change(password="an-entirely-new-secret")
    change(email="augusta@example.net")
    waiting = [message for message in OutboxMessage.objects.all() if message.due_at > timezone.now()]
    assert OutboxMessage.objects.filter(kind="account-changed").count() == 4
    assert waiting == []


def test_a_mail_that_a_worker_has_taken_gets_no_further_changes(change: Callable[..., None]) -> None:
    for name in ("Augusta", "Ada"):
        change(first_name=name)
    OutboxMessage.objects.update(state=OutboxMessage.State.SENT)
    change(quota=50)
    waiting = OutboxMessage.objects.get(state=OutboxMessage.State.QUEUED)
    assert waiting.facts == {"fields": ["quota"]}


def test_the_same_change_is_told_once_also_if_it_was_added_to_a_mail(world: Platform) -> None:
    with transaction.atomic():
        for fields, key in ((["quota"], "1"), (["acl"], "2"), (["acl"], "2"), (["quota"], "1")):
            values = {"reseller": 0, "facts": {"fields": fields}, "key": key, "gathers": True}
            queue_mail("account-changed", str(ADA), "ada@example.com", **values)
    assert [message.facts["fields"] for message in OutboxMessage.objects.order_by("created_at")] == [["quota"], ["acl"]]
