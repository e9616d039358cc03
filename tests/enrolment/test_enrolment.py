"""Self-registration: what programs send and get, the mailed link, limits, and what is added."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from portal.enrolment.models import AccountRequest
from portal.enrolment.offers import enrolment_offers
from portal.enrolment.tasks import clean_up_enrolment
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.ngnpro.records import SipId
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/sip_enrollment.phtml"
CONFIRM = "/registration/confirm/"
PASSWORD = "nine-green-bottles-hang"
ASKED = {
    "email": "grace@mail.example",
    "password": PASSWORD,
    "display_name": "Grace Hopper",
    "username": "grace",
    "phoneNumber": "0031 20-555 0123",
    "tzinfo": "America/New_York",
    "lang": "nl",
    "owner": "1",
}


@pytest.fixture
def offered(world: Platform, settings: Any, tmp_path: Path) -> Platform:
    """A platform on which people can register: each gets a customer of the reseller Meridian."""
    file = tmp_path / "enrolment.ini"
    file.write_text("[example.com]\nreseller = 1\nquota = 20\nemail_alias = yes\noutbound_proxy = sip.example.com\n")
    settings.ENROLMENT_FILE = str(file)
    return world


def ask(source: str = "203.0.113.5", **values: str) -> Any:
    return Client(REMOTE_ADDR=source).post(URL, {**ASKED, **values})


def link_in_the_mail() -> str:
    (message,) = OutboxMessage.objects.filter(kind="confirm-registration")
    deliver_mail(str(message.pk))
    found = re.search(r"http://localhost:8000(/registration/link/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_domain_can_give_mailboxes_whose_pin_only_their_user_sets(offered: Platform, settings: Any) -> None:
    with Path(settings.ENROLMENT_FILE).open("a") as file:
        file.write("mailbox = yes\n")
    assert ask().json()["success"] is True
    phone = Client()
    phone.get(link_in_the_mail(), follow=True)
    assert "Your account is ready" in Page(phone.post(CONFIRM)).text
    address = SipId.parse("grace@example.com")
    mailbox = offered.ngnpro.voicemail.get_account(address)
    assert mailbox.email == "grace@mail.example"
    assert offered.ngnpro.sip.get_call_diversions(address).fnoa
    assert "voicemail" in offered.account("grace@example.com").groups


def test_nobody_can_register_unless_the_operator_offers_it(world: Platform) -> None:
    assert ask().status_code == 404


def test_an_account_is_added_once_its_person_has_confirmed(offered: Platform) -> None:
    answer = ask().json()
    assert answer["success"] is True
    assert (answer["sip_address"], answer["outbound_proxy"]) == ("grace@example.com", "sip.example.com")
    offered.forget_calls()
    link = link_in_the_mail()
    assert not [call for call in offered.calls if call.startswith("add")]
    phone = Client()
    assert phone.get(link, follow=True).status_code == 200
    assert not [call for call in offered.calls if call.startswith("add")]
    page = Page(phone.post(CONFIRM))
    assert "Your account is ready" in page.text
    account = offered.account("grace@example.com")
    assert (account.first_name, account.last_name, account.email) == ("Grace", "Hopper", "grace@mail.example")
    assert (account.prepaid, account.quota, account.timezone) == (True, 20, "America/New_York")
    assert account.rpid == ""
    assert (account.get_property("mobile_number"), account.get_property("language")) == ("+31205550123", "nl")
    owner = offered.ngnpro.customers.get_account(account.owner)
    assert (owner.reseller, owner.email, owner.get_property("sip_credit")) == (1, "grace@mail.example", "1")
    assert owner.password != PASSWORD
    (alias,) = [one for one in offered.ngnpro.dns.get_fancy_records() if one.value == "grace@mail.example"]
    assert (alias.name, alias.owner) == ("grace@example.com", owner.id)
    assert OutboxMessage.objects.filter(kind="account-information").count() == 1
    assert {entry.author.login for entry in JournalEntry.objects.all()} == {"self-registration"}
    signed_in = Client().post("/session/sign-in/", {"username": "grace@example.com", "password": PASSWORD})
    assert signed_in.status_code == 302


def test_a_link_works_once(offered: Platform) -> None:
    ask()
    link, phone = link_in_the_mail(), Client()
    phone.get(link)
    other = Client()
    other.get(link)
    assert phone.post(CONFIRM).status_code == 200
    assert other.post(CONFIRM).status_code == 404
    assert Client().get(link).status_code == 404


def test_the_password_is_stored_only_encrypted_and_only_while_it_is_needed(offered: Platform, clock: Clock) -> None:
    ask()
    assert PASSWORD not in repr(list(AccountRequest.objects.values()))
    assert PASSWORD not in repr(list(OutboxMessage.objects.values()))
    assert AccountRequest.objects.get().sealed
    AccountRequest.objects.update(expires_at=timezone.now())
    clean_up_enrolment()
    assert not AccountRequest.objects.get().sealed


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"email": ""}, "value_error"),
        ({"email": "nobody"}, "value_error"),
        ({"password": ""}, "value_error"),
        ({"password": "password"}, "value_error"),
        ({"display_name": ""}, "value_error"),
        ({"username": "0grace"}, "value_error"),
        ({"username": "gr"}, "value_error"),
        ({"username": "grace@x"}, "value_error"),
        ({"domain": "other.example"}, "value_error"),
        ({"username": "front"}, "user_exists"),
    ],
)
def test_what_cannot_be_registered_is_said_as_cdrtool_says_it(
    offered: Platform, values: dict[str, str], error: str
) -> None:
    answer = ask(**values).json()
    assert (answer["success"], answer["error"]) == (False, error)
    assert answer["error_message"]
    assert not OutboxMessage.objects.exists()


def test_a_storm_of_strangers_fills_neither_tables_nor_mailboxes(offered: Platform, settings: Any) -> None:
    statuses = [ask(email=f"grace{n}@mail.example", username=f"grace{n}").status_code for n in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    sent = [ask(f"198.51.100.{n}", username=f"anna{n}", email="victim@mail.example").status_code for n in range(5)]
    assert sent == [200] * 3 + [429] * 2
    settings.ENROLMENT_WAITING = 8
    assert ask("192.0.2.1", username="late", email="late@mail.example").status_code == 429
    assert AccountRequest.objects.count() == OutboxMessage.objects.count() == 8


def test_an_outage_adds_nothing_and_the_link_stays_valid(offered: Platform) -> None:
    ask()
    phone = Client()
    phone.get(link_in_the_mail())
    offered.cut()
    assert phone.post(CONFIRM).status_code == 503
    offered.mend()
    assert phone.post(CONFIRM).status_code == 200


def test_a_customer_does_not_stay_without_the_account(offered: Platform) -> None:
    ask()
    phone = Client()
    phone.get(link_in_the_mail())
    offered.add_account("grace@example.com")
    before = offered.ngnpro.customers.get_customers().total
    answer = phone.post(CONFIRM)
    assert answer.status_code == 409
    assert "Someone else has taken this address" in Page(answer).text
    assert offered.ngnpro.customers.get_customers().total == before


def test_an_invalid_file_says_what_is_wrong(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "enrolment.ini"
    settings.ENROLMENT_FILE = str(file)
    for text, words in (
        ("[example.com]\nreseler = 1\n", "reseler"),
        ("[example.com]\ncustomer = new\n", "reseller"),
        ("[example.com]\ncustomer = x\n", "customer"),
        ("[example.com]\nreseller = x\n", "invalid literal"),
    ):
        file.write_text(text)
        with pytest.raises(ImproperlyConfigured, match=words):
            enrolment_offers()
