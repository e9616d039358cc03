"""A person whose change is in doubt is told so on their start page until it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.journal import tasks
from portal.journal.models import JournalEntry
from tests.support.pages import Page
from tests.support.portal import Platform

PEOPLE = ("operator", "reseller", "customer", "subscriber")
WORDS = "It is not known whether NGNPro made one of your changes"


def lost(browser: Client) -> JournalEntry:
    """Turn on do not disturb as this person, and mark the journal entry as one whose answer was lost."""
    url = "/accounts/ada@example.com/incoming/disturb/"
    assert browser.post(url, {"for": "hour"}).status_code == 302
    entry = JournalEntry.objects.latest("pk")
    then = timezone.now() - timedelta(minutes=10)
    JournalEntry.objects.filter(pk=entry.pk).update(result="uncertain", at=then)
    return entry


def first_page(browser: Client) -> Page:
    return Page(browser.get("/", follow=True))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_write_in_doubt_is_named_to_its_author_until_it_is_settled(
    people: dict[str, Client], world: Platform, person: str
) -> None:
    entry = lost(people[person])
    page = first_page(people[person])
    assert WORDS in page.text
    assert "Account ada@example.com, accept rules: Changed" in page.text
    links = page.root.xpath(f"//a[@href='/journal/{entry.pk}/']")
    assert bool(links) is (person != "subscriber")
    for other in PEOPLE:
        if other != person:
            assert WORDS not in first_page(people[other]).text
    JournalEntry.objects.filter(pk=entry.pk).update(result="done")
    assert WORDS not in first_page(people[person]).text


def test_writes_that_may_be_in_progress_are_not_in_doubt(people: dict[str, Client], world: Platform) -> None:
    entry = lost(people["operator"])
    JournalEntry.objects.filter(pk=entry.pk).update(result="broken off", at=timezone.now())
    assert WORDS not in first_page(people["operator"]).text
    JournalEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=6))
    assert WORDS in first_page(people["operator"]).text
    JournalEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=15))
    assert WORDS not in first_page(people["operator"]).text


def test_the_comparison_ends_the_notice(people: dict[str, Client], world: Platform) -> None:
    before = world.account()
    browser = people["operator"]
    url = "/accounts/ada@example.com/edit/"
    assert browser.post(url, Page(browser.get(url)).form_data() | {"last_name": "King"}).status_code == 302
    entry = JournalEntry.objects.latest("pk")
    JournalEntry.objects.filter(pk=entry.pk).update(result="uncertain", at=timezone.now() - timedelta(minutes=10))
    assert WORDS in first_page(browser).text
    world.ngnpro.sip.update_account(replace(world.account(), last_name=before.last_name))
    assert tasks.reconcile_uncertain_entries() == 1
    assert WORDS not in first_page(browser).text
