"""The mail that notifies the author of a job of its result."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from django.core import mail
from django.db import connection
from django.test import Client

from ngnpro_wire.codec import Request
from portal.jobs.choices import JobState
from portal.jobs.models import Job
from portal.mail.outbox import tasks as mails
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.models import MailChoice
from portal.people.operators.models import Operator
from tests.support.fault_injection import Answer, Serve
from tests.support.jobs import do, plan
from tests.support.portal import Platform
from tests.support.queued_mails import no_mail_stored

ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def _an_address(operator: Operator) -> None:
    Operator.objects.filter(pk=operator.pk).update(email="ines@mail.example")


def run(browser: Client, quota: int = 25) -> Job:
    """Set the quota of an account, and of one that does not exist."""
    job = plan(browser, "accounts:list", "quota", {"address": [ADA, "nobody@example.com"]}, value=str(quota))
    return do(browser, job, "apply")


def told() -> list[tuple[str, dict[str, Any]]]:
    return list(OutboxMessage.objects.filter(kind="job-ended").values_list("recipient", "facts"))


def test_the_author_gets_one_mail_with_the_counts_and_the_page(browser: Client, world: Platform, settings: Any) -> None:
    settings.PORTAL_URL = "https://portal.example.com"
    job = run(browser)
    ((recipient, facts),) = told()
    assert recipient == "ines@mail.example"
    assert {name: facts[name] for name in ("done", "skipped", "troubled")} == {"done": 1, "skipped": 0, "troubled": 1}
    assert set(facts) == {"name", "language", "reseller", "title", "done", "skipped", "troubled", "url"}
    mails.deliver_mail(str(OutboxMessage.objects.get(kind="job-ended").pk))
    for words in (str(mail.outbox[0].body), str(mail.outbox[0].alternatives[0].content)):
        assert f"https://portal.example.com/jobs/{job.pk}/" in words


@pytest.mark.parametrize("language", ["", "de"])
def test_a_reseller_and_a_customer_are_mailed_at_the_address_of_their_record_in_its_language(
    people: dict[str, Client], world: Platform, language: str
) -> None:
    for number in (1, 2):
        record = world.ngnpro.customers.get_account(number)
        world.ngnpro.customers.update_account(replace(record, language=language))
    for quota, person in enumerate(("reseller", "customer"), 30):
        run(people[person], quota)
    assert sorted(recipient for recipient, _facts in told()) == ["harbour@example.com", "meridian@example.com"]
    assert all(facts["language"] == language for _recipient, facts in told())


def test_an_operator_who_acts_for_a_customer_gets_the_mail_themselves(
    people: dict[str, Client], world: Platform
) -> None:
    people["operator"].post("/session/act/", {"customer": "2"})
    people["operator"].post("/session/act/change/")
    OutboxMessage.objects.all().delete()
    run(people["operator"])
    assert [recipient for recipient, _facts in told()] == ["ines@mail.example"]


@pytest.mark.parametrize("email", ["", "nobody"])
def test_no_mail_is_sent_without_a_valid_address_and_nothing_fails(
    people: dict[str, Client], world: Platform, email: str
) -> None:
    Operator.objects.update(email=email)
    assert run(people["operator"]).state == JobState.FINISHED
    assert told() == []


def test_a_job_ends_well_though_ngnpro_does_not_tell_its_authors_address(
    people: dict[str, Client], world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    def lose_calls_of_the_portal(request: Request, serve: Serve) -> Answer:
        if request.auth and request.auth["username"] == "admin":
            raise requests.ConnectionError
        return serve()

    world.handle(["Customer.getAccount"], lose_calls_of_the_portal)
    assert run(people["customer"]).state == JobState.FINISHED
    assert told() == []
    assert "The end of a job is not mailed: ConnectionFailed" in caplog.text


def test_no_mail_is_sent_if_it_is_turned_off(people: dict[str, Client], world: Platform) -> None:
    engine = world.ngnpro.gate.engine.name
    MailChoice.objects.create(kind="job-ended", is_sent=False, reseller=1, engine=engine)
    run(people["customer"])
    assert told() == []
    run(people["operator"], 26)
    assert [recipient for recipient, _facts in told()] == ["ines@mail.example"]


def test_a_mail_that_cannot_be_queued_stops_no_job(browser: Client, world: Platform) -> None:
    with connection.execute_wrapper(no_mail_stored):
        assert run(browser).state == JobState.FINISHED
    assert world.account().quota == 25
