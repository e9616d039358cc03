"""The end-to-end test: NGNPro stores what a person does in the portal; an outage is reported and recovered from."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.another_client import AnotherClient
from tests.support.needs import CHROMIUM
from tests.support.processes import wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]


def mails(house: LivingHouse) -> list[Path]:
    return [path for path in (house.var / "mail").rglob("*") if path.is_file()]


def test_a_domain_and_an_account_added_in_the_browser_are_in_ngnpro_and_the_user_is_told(
    house: LivingHouse, person: Person
) -> None:
    person.add_domain("example.com")
    person.add_account("zoe", "example.com", first="Zoë", last="Müller", email="zoe@example.net")

    person.go_to("Accounts")
    expect(person.page.get_by_role("row").filter(has_text="zoe")).to_have_count(1)

    with AnotherClient(house.server_url, house.config) as another:
        domains = another.call("getDomains", query={"filter": {"domain": "example.com"}})
        account = another.call("getAccount", sipId={"username": "zoe", "domain": "example.com"})
    assert domains["total"] == 1
    assert (account["firstName"], account["lastName"], account["email"]) == ("Zoë", "Müller", "zoe@example.net")

    wait_until(lambda: mails(house), "the worker delivers the mail")
    [mail] = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in mails(house)]
    assert "zoe@example.net" in mail["To"]
    assert "zoe@example.com" in mail.get_body(("plain",)).get_content()

    person.go_to("Mail folder")
    person.page.get_by_role("link", name=re.compile("zoe@example.net|account", re.IGNORECASE)).first.click()
    expect(person.page.get_by_text("zoe@example.com").first).to_be_visible()


def test_during_an_outage_the_list_says_so_and_it_comes_back_by_itself(house: LivingHouse, person: Person) -> None:
    assert person.open("/domains/").status == 200

    house.stop_server()
    answer = person.open("/domains/")
    assert answer.status == 503
    expect(person.page.get_by_role("heading", name="NGNPro does not answer")).to_be_visible()

    house.start_server()
    expect(person.page.get_by_role("heading", name="Domains")).to_be_visible(timeout=60_000)
    assert person.page.url == f"{house.portal_url}domains/"
