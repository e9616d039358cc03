"""Who reads which entries: operators read all, resellers and customers those of their own tree."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.journal.models import EntryReader, JournalEntry
from portal.people.operators.models import Operator
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in

OWN = ("operator", "read-only operator", "reseller", "customer")
FOREIGN = ("another reseller", "another customer", "subscriber", "another subscriber")


def edit(browser: Client, page: str, **typed: Any) -> JournalEntry:
    browser.post(page, Page(browser.get(page)).form_data() | typed)
    return latest()


@pytest.fixture
def entry(people: dict[str, Client]) -> JournalEntry:
    """The journal entry of an operator's change to an account of the customer."""
    return edit(people["operator"], "/accounts/ada@example.com/edit/", last_name="King")


def pages(entry: JournalEntry) -> tuple[str, ...]:
    return (f"/journal/{entry.pk}/", f"/journal/{entry.pk}/undo/")


@pytest.mark.parametrize("person", OWN)
def test_the_journal_shows_changes_of_own_records(people: dict[str, Client], entry: JournalEntry, person: str) -> None:
    browser = people[person]
    assert len(Page(browser.get("/journal/")).rows()) == 1
    assert browser.get(f"/journal/{entry.pk}/").status_code == 200
    assert "King" in Page(browser.get("/journal/record/account/ada@example.com/")).text
    assert b"King" in b"".join(browser.get("/journal/export/").streaming_content)


@pytest.mark.parametrize("person", ["another reseller", "another customer"])
def test_the_journal_does_not_show_changes_of_foreign_records(
    people: dict[str, Client], entry: JournalEntry, person: str
) -> None:
    browser = people[person]
    assert Page(browser.get("/journal/")).rows() == []
    assert [browser.get(page).status_code for page in pages(entry)] == [404, 404]
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 404
    assert "King" not in Page(browser.get("/journal/record/account/ada@example.com/")).text
    assert b"King" not in b"".join(browser.get("/journal/export/").streaming_content)


@pytest.mark.parametrize("person", ["subscriber", "another subscriber"])
def test_subscribers_have_no_journal(people: dict[str, Client], entry: JournalEntry, person: str) -> None:
    for page in ("/journal/", "/journal/export/", "/journal/record/account/ada@example.com/", *pages(entry)):
        assert people[person].get(page).status_code == 404


def test_the_page_needs_a_sign_in(people: dict[str, Client], entry: JournalEntry) -> None:
    for page in ("/journal/", "/journal/export/", *pages(entry)):
        assert people["anonymous"].get(page).status_code == 302


def test_authors_above_the_own_tree_are_shown_by_role_without_address(
    people: dict[str, Client], entry: JournalEntry
) -> None:
    for page in ("/journal/", f"/journal/{entry.pk}/", "/journal/record/account/ada@example.com/"):
        text = Page(people["customer"].get(page)).text
        assert "Operator" in text
        assert "Ines" not in text
        assert "127.0.0.1" not in text
    exported = b"".join(people["customer"].get("/journal/export/").streaming_content)
    assert not [secret for secret in (b"Ines", b"ines", b"127.0.0.1") if secret in exported]


def test_a_reseller_sees_customers_by_name_and_they_see_the_reseller_by_role(people: dict[str, Client]) -> None:
    edit(people["customer"], "/accounts/ada@example.com/edit/", last_name="King")
    assert Page(people["reseller"].get("/journal/")).rows()[0][1] == "Harbour127.0.0.1"
    edit(people["reseller"], "/accounts/ada@example.com/edit/", last_name="Byron")
    assert Page(people["customer"].get("/journal/")).rows()[0][1] == "Reseller"
    assert Page(people["customer"].get("/journal/")).rows()[1][1] == "Harbour127.0.0.1"


def test_the_owner_of_an_account_in_anothers_domain_reads_of_it(people: dict[str, Client], world: Platform) -> None:
    meridian = world.ngnpro.customers.find_account("meridian")
    assert meridian is not None
    fenwick = world.add_customer("Fenwick", reseller=meridian.id)
    world.add_account("carl@example.com", owner=fenwick.id)
    edit(people["operator"], "/accounts/carl@example.com/edit/", last_name="King")
    for browser in (people["customer"], signed_in("fenwick", CUSTOMER["password"])):
        assert len(Page(browser.get("/journal/")).rows()) == 1


def test_both_owners_read_the_entry_of_a_record_that_moves(people: dict[str, Client], world: Platform) -> None:
    oakline = world.ngnpro.customers.find_account("oakline")
    assert oakline is not None
    data = {"customer": str(oakline.id), "reseller": str(oakline.reseller)}
    edit(people["operator"], "/domains/example.com/edit/", **data)
    for person in ("customer", "another customer", "reseller", "another reseller"):
        assert len(Page(people[person].get("/journal/")).rows()) == 1


def test_entries_without_a_known_record_are_read_by_the_tree_of_their_author(people: dict[str, Client]) -> None:
    people["customer"].post("/domains/add/", {"domain": "other.example"})
    assert latest().result == "refused"
    assert len(Page(people["customer"].get("/journal/")).rows()) == 1
    assert len(Page(people["reseller"].get("/journal/")).rows()) == 1
    assert Page(people["another customer"].get("/journal/")).rows() == []


def test_an_operator_who_acts_sees_what_the_customer_sees(people: dict[str, Client], world: Platform) -> None:
    browser = people["operator"]
    edit(browser, "/accounts/ada@example.com/edit/", last_name="King")
    edit(browser, "/accounts/bob@other.example/edit/", last_name="King")
    assert len(Page(browser.get("/journal/")).rows()) == 2
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    browser.post("/session/act/", {"customer": str(harbour.id)})
    rows = Page(browser.get("/journal/")).rows()
    assert [row[2].partition("Account")[0] for row in rows] == ["ada@example.com"]
    assert rows[0][1] == "Ines Okafor127.0.0.1"


def test_an_operator_limited_to_a_tree_sees_only_that_tree(people: dict[str, Client], world: Platform) -> None:
    edit(people["operator"], "/accounts/ada@example.com/edit/", last_name="King")
    edit(people["operator"], "/accounts/bob@other.example/edit/", last_name="King")
    meridian = world.ngnpro.customers.find_account("meridian")
    assert meridian is not None
    Operator.objects.create_user("limited", PASSWORD, tree=meridian.id)
    rows = Page(signed_in("limited", PASSWORD).get("/journal/")).rows()
    assert [row[2].partition("Account")[0] for row in rows] == ["ada@example.com"]


def test_a_list_for_a_tree_shows_each_entry_once(people: dict[str, Client], entry: JournalEntry) -> None:
    assert EntryReader.objects.filter(entry=entry).count() == 2
    assert len(Page(people["reseller"].get("/journal/")).rows()) == 1
    assert "1 entry" in Page(people["reseller"].get("/journal/")).text


def test_the_menu_leads_those_to_the_journal_who_may_read_it(people: dict[str, Client]) -> None:
    for person in OWN:
        assert "/journal/" in Page(people[person].get("/")).links().values()
    assert "/journal/" not in Page(people["subscriber"].get("/accounts/ada@example.com/")).links().values()


def test_read_only_operators_cannot_undo(people: dict[str, Client], entry: JournalEntry) -> None:
    browser = people["read-only operator"]
    assert "Undo…" not in Page(browser.get(f"/journal/{entry.pk}/")).links()
    assert browser.get(f"/journal/{entry.pk}/undo/").status_code == 403
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 403
    assert JournalEntry.objects.count() == 1
