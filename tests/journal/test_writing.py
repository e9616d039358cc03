"""Pages' writes to NGNPro are in the journal, once each, with the author, the change and the result."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro import errors
from tests.support.journal import changes, latest, ngnpro_of, writes
from tests.support.pages import Page
from tests.support.portal import Platform

ACCOUNT = {
    "username": "ada",
    "domain": "example.com",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@mail.example",
    "timezone": "Europe/London",
    "groups": ["free-pstn"],
}


def edit(browser: Client, page: str, **typed: Any) -> Any:
    """Open an edit page, change some fields and submit it."""
    return browser.post(page, Page(browser.get(page)).form_data() | typed)


def unreachable(environ: object, start_response: object) -> list[bytes]:
    """Answer nothing, like a host that is switched off: no call reaches it."""
    raise requests.ConnectTimeout


def test_adding_a_domain_is_journalled_with_who_when_and_from_where(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "example.com"}, REMOTE_ADDR="192.0.2.1")
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.author.role, entry.author.login, entry.author.name) == ("operator", "ines", "Ines Okafor")
    assert entry.source == "192.0.2.1"
    assert (entry.port, entry.operation, entry.action) == ("Sip", "addDomain", "add")
    assert (entry.kind, entry.key, entry.result) == ("domain", "example.com", "done")
    assert changes(entry) == {"domain": (None, "example.com")}


def test_editing_a_domain_is_journalled_with_the_changed_fields_only(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com", match_ip_address="192.0.2.9")
    edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.10", verify_cert="on")
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.operation, entry.action, entry.result) == ("updateDomain", "edit", "done")
    assert changes(entry) == {"match_ip_address": ("192.0.2.9", "192.0.2.10"), "verify_cert": (False, True)}


def test_deleting_a_domain_is_journalled_with_what_it_was_and_what_went_with_it(
    browser: Client, platform: Platform
) -> None:
    owner = platform.add_customer()
    platform.add_domain("example.com", customer=owner.id)
    platform.add_account("ada@example.com")
    browser.post("/domains/example.com/delete/", {"name": "example.com"})
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.operation, entry.action, entry.key) == ("deleteDomain", "delete", "example.com")
    assert changes(entry)["customer"] == (owner.id, None)
    assert [1, "Accounts"] in entry.also_deleted


def test_adding_editing_and_deleting_an_account_make_one_entry_each(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/accounts/add/", ACCOUNT)
    edit(browser, "/accounts/ada@example.com/edit/", last_name="King", groups=["anonymous"], language="nl")
    browser.post("/accounts/ada@example.com/delete/", {"name": "ada@example.com"})
    entries = list(JournalEntry.objects.order_by("pk"))
    assert [(entry.operation, entry.key, entry.result) for entry in entries] == [
        ("addAccount", "ada@example.com", "done"),
        ("updateAccount", "ada@example.com", "done"),
        ("deleteAccount", "ada@example.com", "done"),
    ]
    assert entries[0].title == "Ada Byron"
    assert changes(entries[0])["groups"] == (None, ["free-pstn"])
    edited = changes(entries[1])
    assert edited["lastName"] == ("Byron", "King")
    assert edited["groups"] == (["free-pstn"], ["anonymous"])
    assert edited["properties.language"][0] is None
    assert edited["properties.language"][1]["value"] == "nl"
    assert set(edited) == {"lastName", "groups", "properties.language"}
    assert changes(entries[2])["email"] == ("ada@mail.example", None)


def test_the_journal_shows_stored_values_not_sent_ones(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/accounts/add/", ACCOUNT | {"email": "Ada@Mail.example"})
    assert changes(latest())["email"] == (None, "ada@mail.example")


def test_saving_without_a_change_is_journalled_as_such(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    edit(browser, "/domains/example.com/edit/")
    assert (latest().operation, latest().changes) == ("updateDomain", [])


def test_a_refusal_is_journalled_with_its_code_and_what_was_meant(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/domains/add/", {"domain": "example.com"})
    entry = latest()
    assert (entry.operation, entry.result, entry.code) == ("addDomain", "refused", 1001)
    assert changes(entry) == {"domain": (None, "example.com")}


def test_a_refused_deletion_is_journalled(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    made = writes()
    record = platform.ngnpro.sip.find_domain("example.com")
    platform.ngnpro.sip.delete_domain("example.com")
    with pytest.raises(errors.Missing), made.change(record):
        ngnpro_of(made).sip.delete_domain("example.com")
    assert (latest().operation, latest().result, latest().code) == ("deleteDomain", "refused", 1000)


def test_an_outage_is_journalled_as_nothing_changed(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.adapter.app = unreachable
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result, latest().code) == ("addDomain", "outage", None)


def test_a_lost_answer_that_cannot_be_looked_up_is_uncertain(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.cut()
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result) == ("addDomain", "uncertain")


def test_a_lost_answer_that_proves_to_be_done_is_done(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.lose_answers("addDomain")
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result) == ("addDomain", "done")


def test_invalid_forms_are_not_journalled(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "exa mple"})
    browser.get("/domains/")
    assert not JournalEntry.objects.exists()


def test_an_invalid_address_is_left_out(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    writes("unix:").record_operation("showPassword", domain)
    assert latest().source is None


def test_behind_a_proxy_the_browsers_address_is_noted(browser: Client, platform: Platform, settings: Any) -> None:
    settings.PROXIES = 1
    browser.post("/domains/add/", {"domain": "example.com"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert latest().source == "203.0.113.9"


def test_an_operator_who_acts_for_a_customer_keeps_their_name(people: dict[str, Client], world: Platform) -> None:
    browser = people["operator"]
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    browser.post("/session/act/", {"customer": str(harbour.id)})
    browser.post("/session/act/change/")
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    assert (entry.key, entry.result, entry.author.name) == ("new.example", "done", "Ines Okafor")
    assert (entry.acting_customer, entry.acting_name) == (harbour.id, "Harbour")


def test_resellers_and_customers_are_named_with_their_own_ids(people: dict[str, Client], world: Platform) -> None:
    edit(people["customer"], "/accounts/ada@example.com/edit/", last_name="King")
    author = latest().author
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    assert (author.role, author.login, author.customer) == ("customer", "harbour", harbour.id)
