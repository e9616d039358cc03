"""The mail that notifies the person who imported a domain of the result."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings

from ngnpro_wire.codec import Request
from portal.domains.transfer import mails as ending
from portal.domains.transfer.models import DomainImport
from portal.mail.outbox import tasks as mails
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.models import MailChoice
from portal.people.operators.models import Operator
from tests.support.fault_injection import Answer, Serve
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.queued_mails import no_mail_stored

DOMAIN = "example.com"
IMPORT = "/domains/transfer/import/"
ALL_EQUAL = {"added": 0, "equal": 7, "different": 0, "failed": 0, "stopped": False}


@pytest.fixture(autouse=True)
def _an_address(operator: Operator) -> None:
    Operator.objects.filter(pk=operator.pk).update(email="ines@mail.example")


@pytest.fixture
def few_at_a_time(settings: Settings) -> None:
    """Make an import take several steps."""
    settings.IMPORT_STEP = 3


def content_of(browser: Client) -> dict[str, Any]:
    """Export the domain: two owners, the domain, and a range, an account, an alias and a number."""
    content: dict[str, Any] = json.loads(browser.post(f"/domains/transfer/{DOMAIN}/export/").getvalue())
    return content


def bring(browser: Client, content: dict[str, Any]) -> str:
    file = SimpleUploadedFile("domain.json", json.dumps(content).encode())
    return str(browser.post(IMPORT, {"file": file}).headers["Location"])


def run(browser: Client, content: dict[str, Any]) -> str:
    """Import a file completely; return the URL of its page."""
    location = bring(browser, content)
    while not DomainImport.objects.get(pk=location.split("/")[-2]).is_finished:
        assert browser.post(location).status_code == 302
    return location


def told() -> list[tuple[str, dict[str, Any]]]:
    return list(OutboxMessage.objects.filter(kind="import-ended").values_list("recipient", "facts"))


@pytest.mark.usefixtures("few_at_a_time")
def test_the_person_who_imported_gets_one_mail_with_the_counts_and_the_page(
    browser: Client, world: Platform, settings: Any
) -> None:
    settings.PORTAL_URL = "https://portal.example.com"
    content = content_of(browser)
    content["accounts"][0]["lastName"] = "Lovelace"
    content["accounts"].append(
        {"address": f"cleo@{DOMAIN}", "firstName": "C", "lastName": "D", "timezone": "Europe/London"}
    )
    content["numbers"][0]["number"] = "4420000000"
    location = run(browser, content)
    ((recipient, facts),) = told()
    assert recipient == "ines@mail.example"
    counts = {"added": 1, "equal": 5, "different": 1, "failed": 1, "stopped": False}
    assert {name: facts[name] for name in counts} == counts
    mails.deliver_mail(str(OutboxMessage.objects.get().pk))
    for words in (str(mail.outbox[0].body), str(mail.outbox[0].alternatives[0].content)):
        assert "The import of the domain example.com has ended" in words
        assert f"https://portal.example.com{location}" in words
    rows = [line.split(":") for line in str(mail.outbox[0].body).splitlines() if line.startswith("    ")][:4]
    assert [(label.strip(), number.strip()) for label, number in rows] == [
        ("Added", "1"),
        ("Already present and identical", "5"),
        ("Already present but different", "1"),
        ("Not added, or only partly", "1"),
    ]
    assert Page(browser.get(location)).text.count("Needs attention") == 1


@pytest.mark.usefixtures("few_at_a_time")
def test_the_last_step_posted_twice_and_all_lines_tried_again_call_for_no_other_mail(
    browser: Client, world: Platform
) -> None:
    location = run(browser, content_of(browser))
    assert len(told()) == 1
    browser.post(location)
    assert len(told()) == 1
    browser.post(location, {"again": "1"})
    while not DomainImport.objects.get().is_finished:
        browser.post(location)
    assert len(told()) == 1


@pytest.mark.usefixtures("few_at_a_time")
def test_every_import_sends_a_mail(browser: Client, world: Platform) -> None:
    content = content_of(browser)
    run(browser, content)
    run(browser, content)
    assert len(told()) == 2


def test_an_import_of_one_step_sends_no_mail(browser: Client, world: Platform) -> None:
    location = run(browser, content_of(browser))
    browser.post(location)
    browser.post(location, {"again": "1"})
    assert DomainImport.objects.get().is_finished
    assert told() == []


@pytest.mark.usefixtures("few_at_a_time")
def test_an_unfinished_import_sends_no_mail(browser: Client, world: Platform) -> None:
    location = bring(browser, content_of(browser))
    browser.post(location)
    world.cut()
    assert browser.post(location).status_code == 503
    assert told() == []


def test_an_import_that_cannot_go_on_says_so(people: dict[str, Client], world: Platform, settings: Settings) -> None:
    settings.IMPORT_STEP = 1
    run(people["another reseller"], content_of(people["operator"]))
    ((recipient, facts),) = told()
    assert recipient == "lindenfunk@example.com"
    assert facts["stopped"]
    assert sum(facts[name] for name in ending.COUNTED) == DomainImport.objects.get().total
    mails.deliver_mail(str(OutboxMessage.objects.get().pk))
    assert "was stopped, because the domain itself could not be added" in str(mail.outbox[0].body)


@pytest.mark.usefixtures("few_at_a_time")
@pytest.mark.parametrize("language", ["", "de"])
def test_a_reseller_and_a_customer_are_mailed_at_the_address_of_their_record_in_its_language(
    people: dict[str, Client], world: Platform, language: str
) -> None:
    for number in (1, 2):
        record = world.ngnpro.customers.get_account(number)
        world.ngnpro.customers.update_account(replace(record, language=language))
    content = content_of(people["customer"])
    for person in ("reseller", "customer"):
        run(people[person], content)
    assert sorted(recipient for recipient, _facts in told()) == ["harbour@example.com", "meridian@example.com"]
    assert all(facts["language"] == language for _recipient, facts in told())
    for message in OutboxMessage.objects.all():
        mails.deliver_mail(str(message.pk))
    subject = "Der Import von example.com ist beendet" if language else "The import of example.com has ended"
    assert [sent.subject for sent in mail.outbox] == [subject] * 2


@pytest.mark.usefixtures("few_at_a_time")
def test_an_operator_who_acts_for_a_customer_gets_the_mail_themselves(
    people: dict[str, Client], world: Platform
) -> None:
    people["operator"].post("/session/act/", {"customer": "2"})
    people["operator"].post("/session/act/change/")
    OutboxMessage.objects.all().delete()
    run(people["operator"], content_of(people["operator"]))
    assert [recipient for recipient, _facts in told()] == ["ines@mail.example"]


@pytest.mark.usefixtures("few_at_a_time")
@pytest.mark.parametrize("email", ["", "nobody"])
def test_no_mail_is_sent_without_a_valid_address_and_nothing_fails(
    people: dict[str, Client], world: Platform, email: str
) -> None:
    Operator.objects.update(email=email)
    record = world.ngnpro.customers.get_account(2)
    world.ngnpro.customers.update_account(replace(record, email=""))
    content = content_of(people["customer"])
    for person in ("operator", "customer"):
        location = run(people[person], content)
        assert "records were processed" in Page(people[person].get(location)).text
    assert told() == []


@pytest.mark.usefixtures("few_at_a_time")
def test_an_import_ends_well_though_ngnpro_does_not_tell_its_authors_address(
    people: dict[str, Client], world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    content = content_of(people["customer"])

    def lose_calls_of_the_portal(request: Request, serve: Serve) -> Answer:
        if request.auth and request.auth["username"] == "admin":
            raise requests.ConnectionError
        return serve()

    world.handle(["Customer.getAccount"], lose_calls_of_the_portal)
    location = run(people["customer"], content)
    world.mend()
    assert "records were processed" in Page(people["customer"].get(location)).text
    assert told() == []
    assert "The end of an import or job is not mailed: ConnectionFailed" in caplog.text


@pytest.mark.usefixtures("few_at_a_time")
def test_no_mail_is_sent_if_it_is_turned_off(people: dict[str, Client], world: Platform) -> None:
    engine = world.ngnpro.gate.engine.name
    MailChoice.objects.create(kind="import-ended", is_sent=False, reseller=1, engine=engine)
    content = content_of(people["customer"])
    run(people["customer"], content)
    assert told() == []
    run(people["operator"], content)
    assert [recipient for recipient, _facts in told()] == ["ines@mail.example"]


@pytest.mark.usefixtures("few_at_a_time")
def test_no_secret_of_the_file_is_in_the_message(browser: Client, world: Platform) -> None:
    answer = browser.post(f"/domains/transfer/{DOMAIN}/export/", {"passwords": "on"})
    run(browser, json.loads(answer.getvalue()))
    ((_recipient, facts),) = told()
    assert set(facts) == {"name", "language", "reseller", "domain", *ALL_EQUAL, "url"}
    assert {name: facts[name] for name in ALL_EQUAL} == ALL_EQUAL
    row = str(OutboxMessage.objects.values().get())
    assert not [secret for secret in ("secret-of-customer", "a-secret-of-ada", world.account().ha1) if secret in row]


@pytest.mark.usefixtures("few_at_a_time")
def test_a_mail_that_cannot_be_queued_stops_no_import(
    browser: Client, world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(no_mail_stored):
        location = run(browser, content_of(browser))
    assert "All 7 records were processed" in Page(browser.get(location)).text
    assert "could not be queued: DatabaseError" in caplog.text
