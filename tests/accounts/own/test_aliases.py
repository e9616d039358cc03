"""The aliases that an account's user edits, if they have the right."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro.records import SipAlias, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

ADA = SipId.parse("ada@example.com")
URL = f"/accounts/{ADA}/aliases/"


@pytest.fixture
def ada(people: dict[str, Client], world: Platform) -> Client:
    world.ngnpro.sip.add_to_group(ADA, "own-aliases")
    return people["subscriber"]


def addresses(world: Platform) -> set[str]:
    return {str(alias.id) for alias in world.ngnpro.sip.get_aliases() if alias.target == ADA}


def test_without_the_right_aliases_are_only_shown(people: dict[str, Client], world: Platform) -> None:
    page = Page(people["subscriber"].get(URL))
    assert "front@example.com" in page.text
    assert "Your provider sets these addresses" in page.text
    assert people["subscriber"].post(URL, {"alias": "ada.byron"}).status_code == 422
    assert people["subscriber"].post(URL, {"remove": "front@example.com"}).status_code == 404
    assert addresses(world) == {"front@example.com"}


def test_an_alias_is_added_and_removed_with_journal_entries(ada: Client, world: Platform) -> None:
    assert ada.post(URL, {"alias": "Ada.Byron@example.com"}).status_code == 302
    assert addresses(world) == {"front@example.com", "ada.byron@example.com"}
    assert ada.post(URL, {"remove": "ada.byron@example.com"}).status_code == 302
    assert addresses(world) == {"front@example.com"}
    assert [entry.author.login for entry in JournalEntry.objects.all()] == [str(ADA)] * 2


@pytest.mark.parametrize(
    "typed", ["", "a b", "x" * 65, "112", "+31208005169", "ada", "grace", "front", "ada@other.example", "*21"]
)
def test_other_names_and_numbers_are_refused(ada: Client, world: Platform, typed: str) -> None:
    world.add_account("grace@example.com")
    answer = ada.post(URL, {"alias": typed})
    assert answer.status_code == 422
    assert Page(answer).root.xpath("//input[@id='id_alias']")[0].get("value") == typed
    assert addresses(world) == {"front@example.com"}


def test_aliases_of_others_and_in_other_domains_stay(ada: Client, world: Platform) -> None:
    for alias, target in (("other.ada@other.example", ADA), ("desk@example.com", SipId.parse("bob@other.example"))):
        world.ngnpro.sip.add_alias(SipAlias(id=SipId.parse(alias), target=target))
        assert ada.post(URL, {"remove": alias}).status_code == 404


def test_an_account_has_a_limited_number_of_own_aliases(ada: Client, world: Platform) -> None:
    for number in range(19):
        world.ngnpro.sip.add_alias(SipAlias(id=SipId.parse(f"name{number}@example.com"), target=ADA))
    assert ada.post(URL, {"alias": "another"}).status_code == 422
