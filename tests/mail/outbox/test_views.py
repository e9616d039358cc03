"""The page of the outbox: the status of each mail, and sending one again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from portal.journal.models import JournalEntry
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import delivery, tasks
from portal.mail.outbox.models import OutboxMessage
from tests.support.own_record_cases import OwnRecordCases
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import NumberedCases

URL = "/mail/outbox/"
SECRET = "Canary-of-the-outbox"


def add(recipient: str = "ada@mail.example", **values: Any) -> OutboxMessage:
    message = queue_account_information("ada@example.com", recipient, password=SECRET, reseller=0)
    OutboxMessage.objects.filter(pk=message.pk).update(**values)
    message.refresh_from_db()
    return message


def given_up(reason: str = "550 No such user") -> OutboxMessage:
    message = add()
    claimed = delivery.claim_mail(message.pk)
    assert claimed
    delivery.settle_failed(claimed, reason, for_good=True)
    message.refresh_from_db()
    return message


def listed(browser: Client, **filters: str) -> list[str]:
    return [row[0] for row in Page(browser.get(URL, filters)).rows()]


@pytest.mark.usefixtures("platform")
class TestOutbox(OwnRecordCases, NumberedCases):
    url = URL
    model = OutboxMessage
    key_field = "recipient"
    key = "user00@mail.example"
    list_calls = ()
    sorts = ("recipient", "kind", "state", "created_at")
    filters: ClassVar = {
        "recipient=USER01": 1,
        "recipient=*%40mail*": 3,
        "recipient=a.*": 0,
        "state=failed": 1,
        "state=sent": 2,
        "kind=account-information": 3,
        "kind=forgotten-password": 0,
    }

    def add_one(self, platform: Platform, number: int) -> None:
        add(f"user{number:02}@mail.example", state="sent" if number else "failed")


def test_an_empty_outbox_says_so_and_is_in_the_menu(browser: Client, platform: Platform) -> None:
    page = Page(browser.get(URL))
    assert "No mail yet" in page.text
    assert page.links()["Outbox"] == URL


@override_settings(EMAIL_HOST="")
def test_without_a_mail_server_a_mail_is_in_the_mail_folder_and_not_sent(browser: Client, platform: Platform) -> None:
    add("ada@mail.example", state="sent", attempts=1, settled_at=timezone.now())
    (row,) = Page(browser.get(URL)).rows()
    assert row[2] == "in the mail folder"


@override_settings(EMAIL_HOST="smtp.example.com")
def test_the_outbox_shows_recipients_states_and_errors(browser: Client, platform: Platform) -> None:
    add("ada@mail.example", state="sent", attempts=1, settled_at=timezone.now())
    add("bob@mail.example", state="failed", attempts=8, error="550 No such user")
    add("eve@mail.example", attempts=2, error="The mail server does not answer: timed out")
    rows = {row[0]: row for row in Page(browser.get(URL)).rows()}
    assert rows["ada@mail.example"][1] == "Account informationada@example.com"
    assert rows["ada@mail.example"][2] == "sent"
    assert rows["bob@mail.example"][2] == "failed550 No such user"
    assert rows["bob@mail.example"][3] == "8"
    assert rows["bob@mail.example"][5] == "Send again"
    assert rows["eve@mail.example"][2] == "waitingThe mail server does not answer: timed out"
    assert rows["eve@mail.example"][5] == ""


@override_settings(EMAIL_HOST="smtp.example.com")
def test_the_outbox_shows_doubts_and_notes(browser: Client, platform: Platform) -> None:
    add("ada@mail.example", state="sent", duplicate=True)
    add("bob@mail.example", state="failed", error="Gone.", duplicate=True)
    add("eve@mail.example", state="sent", note="The template is broken.")
    states = {row[0]: row[2] for row in Page(browser.get(URL)).rows()}
    assert states == {
        "ada@mail.example": "sentIt may have arrived twice.",
        "bob@mail.example": "failedGone. It may have arrived nevertheless.",
        "eve@mail.example": "sentThe template is broken.",
    }


def test_it_never_shows_a_secret_sealed_or_not(browser: Client, platform: Platform) -> None:
    message = add()
    text = browser.get(URL).content.decode()
    assert SECRET not in text
    assert message.sealed
    assert message.sealed not in text


def test_filters_ignore_case_take_wildcards_and_explain_odd_values(browser: Client, platform: Platform) -> None:
    add("ada@mail.example", state="sent")
    add("bob@mail.example", state="failed")
    add("adam%@mail.example", kind="forgotten-password")
    assert listed(browser, recipient="ADA") == ["adam%@mail.example", "ada@mail.example"]
    assert listed(browser, recipient="*%@mail*") == ["adam%@mail.example"]
    page = Page(browser.get(URL, {"recipient": "nobody"}))
    assert "Nothing matches these filters" in page.text
    assert browser.get(URL, {"state": "odd"}).status_code == 422


def test_it_needs_nothing_of_ngnpro(browser: Client, platform: Platform) -> None:
    add()
    platform.cut()
    assert browser.get(URL).status_code == 200


def test_hostile_texts_are_shown_as_they_are(browser: Client, platform: Platform) -> None:
    add("<script>alert(1)</script>@x", error="<img src=x onerror=alert(2)>", about="<b>@x", kind="<i>kind")
    text = browser.get(URL).content.decode()
    for piece in ("<script>alert", "<img src=x", "<b>@x", "<i>kind"):
        assert piece not in text


def test_a_mail_that_was_given_up_is_sent_again(
    browser: Client, platform: Platform, django_capture_on_commit_callbacks: Any
) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    message = given_up()
    url = Page(browser.get(URL)).links()["Send again"]
    assert "It was given up: 550 No such user" in Page(browser.get(url)).text
    with django_capture_on_commit_callbacks() as callbacks:
        answer = browser.post(url, follow=True)
    assert len(callbacks) == 1  # a worker is notified
    assert "The mail to ada@mail.example is queued again." in Page(answer).text
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == ("queued", 0, "")
    tasks.deliver_mail(str(message.pk))
    assert [sent.to for sent in mail.outbox] == [["ada@mail.example"]]
    entry = JournalEntry.objects.get(operation="sendMailAgain")
    assert (entry.kind, entry.key) == ("mail", "ada@mail.example")


def test_a_mail_whose_password_is_gone_says_so_before_it_is_sent_again(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    message = given_up()
    assert message.lost_its_secret
    page = Page(browser.get(f"{URL}{message.pk}/send-again/"))
    assert "The mail will be sent without the password" in page.text
    browser.post(f"{URL}{message.pk}/send-again/")
    tasks.deliver_mail(str(message.pk))
    assert SECRET not in str(mail.outbox[0].message())
    OutboxMessage.objects.update(state="failed", sealed_until=None)
    assert "without the password" not in Page(browser.get(f"{URL}{message.pk}/send-again/")).text


@pytest.mark.parametrize("state", ["queued", "sending", "sent"])
def test_only_failed_mails_can_be_sent_again(browser: Client, platform: Platform, state: str) -> None:
    message = add(state=state, due_at=timezone.now() + timedelta(minutes=1))
    url = f"{URL}{message.pk}/send-again/"
    assert [browser.get(url).status_code, browser.post(url).status_code] == [404, 404]
    message.refresh_from_db()
    assert message.state == state
