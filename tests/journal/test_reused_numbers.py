"""A server may reuse a deleted customer's id; the new customer reads no entries of the old one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.core.viewer import Role, Viewer
from portal.journal.models import EntryReader, JournalAuthor, JournalEntry
from portal.journal.readers import visible_to
from portal.ngnpro.records import CustomerAccount
from tests.support.journal import fill, latest, ngnpro_of, writes
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in

NUMBER = 7


def made(**values: Any) -> JournalEntry:
    """Add an entry that customer 7 may read."""
    (entry,) = fill(1, **values)
    EntryReader.objects.create(entry=entry, engine="ngnpro", customer=NUMBER)
    return entry


def by(login: str, **values: Any) -> JournalEntry:
    author = JournalAuthor.objects.get_or_create(role="customer", login=login, name=login, customer=NUMBER)[0]
    return made(author=author, **values)


def read_by(login: str) -> list[int]:
    viewer = Viewer(Role.CUSTOMER, login=login, customer=NUMBER, engine="ngnpro")
    return sorted(visible_to(viewer).values_list("pk", flat=True))


def about(action: str, **values: Any) -> JournalEntry:
    return made(kind="customer", key=str(NUMBER), action=action, **values)


def test_after_a_deletion_the_number_belongs_to_another_record(platform: Platform) -> None:
    made()
    about("delete")
    later = made()
    assert read_by("newcomer") == [later.pk]


def test_a_deletion_that_was_refused_changes_nothing(platform: Platform) -> None:
    old, refused = made(), about("delete", result="refused")
    assert read_by("harbour") == [old.pk, refused.pk]


def test_a_new_customer_reads_the_journal_from_their_addition_on(platform: Platform) -> None:
    made()
    added = about("add")
    assert read_by("newcomer") == [added.pk]


def test_a_new_customer_does_not_inherit_the_entries_of_another_username(platform: Platform) -> None:
    made()
    by("predecessor")
    later = by("newcomer")
    assert read_by("newcomer") == [later.pk]


def test_a_changed_username_is_the_same_customer(platform: Platform) -> None:
    old = by("harbour")
    renamed = about("edit", changes=[{"field": "username", "before": "harbour", "after": "quay"}])
    later = by("quay")
    assert read_by("quay") == [old.pk, renamed.pk, later.pk]


def test_a_customer_reads_what_was_written_since_they_were_added(world: Platform, people: dict[str, Client]) -> None:
    operator = people["operator"]
    harbour = world.ngnpro.customers.find_account("harbour")
    assert isinstance(harbour, CustomerAccount)
    page = f"/customers/{harbour.id}/edit/"
    operator.post(page, Page(operator.get(page)).form_data() | {"tel": "+31201234568"})
    assert latest().operation == "updateAccount"
    own = signed_in("harbour", CUSTOMER["password"])
    assert len(Page(own.get("/journal/")).rows()) == 1


@pytest.mark.parametrize("login", ["Harbour", " harbour "])
def test_a_username_is_the_same_however_it_is_typed(platform: Platform, login: str) -> None:
    entry = by("harbour")
    assert read_by(login) == [entry.pk]


def test_an_operator_who_acts_reads_what_the_customer_does(world: Platform, people: dict[str, Client]) -> None:
    harbour = world.ngnpro.customers.find_account("harbour")
    assert isinstance(harbour, CustomerAccount)
    author = JournalAuthor.objects.create(role="customer", login="predecessor", name="Old", customer=harbour.id)
    (old,) = fill(1, author=author)
    EntryReader.objects.create(entry=old, engine="ngnpro", customer=harbour.id)
    people["operator"].post("/session/act/", {"customer": str(harbour.id)})
    assert Page(people["operator"].get("/journal/")).rows() == []


def test_a_deletion_by_a_page_ends_what_the_number_reads(world: Platform) -> None:
    fenwick = world.add_customer("Fenwick")
    log = writes()
    with log.change(fenwick, None):
        ngnpro_of(log).customers.delete_account(fenwick.id)
    viewer = Viewer(Role.RESELLER, login="newcomer", customer=fenwick.id, engine="ngnpro")
    assert list(visible_to(viewer)) == []
    assert JournalEntry.objects.count() == 1
