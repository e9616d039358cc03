"""Texts in filters match literally, on servers that know the backslash, that do not, or that have no wildcards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.core.rooms import resources
from portal.mail.kinds.account_information import read_belongings
from portal.ngnpro import Pattern, Query, Range, RecordPage, pattern_beginning
from portal.ngnpro.ports.base import exact_page
from portal.ngnpro.records import (
    AliasFilter,
    PhonebookEntry,
    SipAlias,
    SipId,
)
from tests.support.portal import Platform

NAMES = ("a_b", "axb", "a%b", "a\\b", "ab", "a\\_b")


def like(pattern: str, text: str, escape: str) -> bool:
    """Match as SQL's LIKE does; without ``escape`` a backslash is an ordinary character."""
    if not pattern:
        return not text
    if escape and pattern[0] == escape and pattern[1:2]:
        return text[:1] == pattern[1] and like(pattern[2:], text[1:], escape)
    if pattern[0] == "%":
        return any(like(pattern[1:], text[place:], escape) for place in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and like(pattern[1:], text[1:], escape)


SERVERS: dict[str, Callable[[str, str], bool]] = {
    "knows the backslash": lambda pattern, text: like(pattern, text, "\\"),
    "does not know it": lambda pattern, text: like(pattern, text, ""),
    "has no wildcards": lambda pattern, text: pattern == text,
}


def server(kind: str, asked: list[str]) -> Callable[[Query[Any]], RecordPage[SipAlias]]:
    aliases = [
        SipAlias(id=SipId(username=name, domain="x.org"), target=SipId(username=name, domain="x.org")) for name in NAMES
    ]

    def fetch(query: Query[Any]) -> RecordPage[SipAlias]:
        asked.append(query.filter.target_username)
        found = tuple(one for one in aliases if SERVERS[kind](query.filter.target_username, one.target.username))
        window = query.range or Range(0, len(found))
        return RecordPage(len(found), found[window.start : window.start + window.count])

    return fetch


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("name", ["a_b", "ab", "axb"])
def test_a_text_without_wildcards_matches_only_itself(kind: str, name: str) -> None:
    page = exact_page(server(kind, []), Query(filter=AliasFilter(target_username=name), range=Range(0, 1)))
    assert ([one.target.username for one in page], page.total) == ([name], 1)


@pytest.mark.parametrize("kind", ["knows the backslash", "does not know it"])
@pytest.mark.parametrize("name", ["a%b", "a\\b", "a\\_b"])
def test_so_do_texts_with_percent_signs_and_backslashes(kind: str, name: str) -> None:
    page = exact_page(server(kind, []), Query(filter=AliasFilter(target_username=name)))
    assert [one.target.username for one in page] == [name]


@pytest.mark.parametrize("kind", SERVERS)
def test_missing_records_are_not_found_on_any_server(kind: str) -> None:
    assert exact_page(server(kind, []), Query(filter=AliasFilter(target_username="a_x"))).total == 0


def test_usual_texts_and_patterns_go_out_once_and_as_they_are() -> None:
    for text in ("axb", Pattern("a_b"), Pattern("a%"), pattern_beginning("a_")):
        asked: list[str] = []
        exact_page(server("knows the backslash", asked), Query(filter=AliasFilter(target_username=text)))
        assert asked == [text]
    assert pattern_beginning("a_") == "a\\_%"


@pytest.fixture
def alike(platform: Platform) -> Platform:
    """Two accounts with similar names, and an alias and a number that point to one of them."""
    platform.add_domain()
    for name in ("a_b", "axb"):
        platform.add_account(f"{name}@example.com")
    other = SipId.parse("axb@example.com")
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("front@example.com"), target=other))
    platform.add_number("31208005169", str(other))
    return platform


def test_a_mail_does_not_list_what_points_to_an_account_of_a_similar_name(alike: Platform) -> None:
    nothing = {"aliases": [], "numbers": [], "voicemail": ""}
    assert read_belongings(alike.ngnpro, SipId.parse("a_b@example.com")) == nothing
    all_of_it = {"aliases": ["front@example.com"], "numbers": ["+31208005169"], "voicemail": ""}
    assert read_belongings(alike.ngnpro, SipId.parse("axb@example.com")) == all_of_it


def test_the_journal_does_not_count_what_hangs_on_an_account_of_a_similar_name(alike: Platform) -> None:
    account = alike.account("a_b@example.com")
    hanging = {one.label: one.count for one in resources()["account", ""].hangs(alike.ngnpro, account)}
    assert hanging["Aliases that point to it"] == 0
    account = alike.account("axb@example.com")
    hanging = {one.label: one.count for one in resources()["account", ""].hangs(alike.ngnpro, account)}
    assert hanging["Aliases that point to it"] == 1


def test_a_contact_with_wildcards_is_found_by_itself(alike: Platform) -> None:
    owner = SipId.parse("a_b@example.com")
    for uri in ("0031%@example.com", "00312@example.com"):
        alike.ngnpro.sip.add_phonebook_entry(owner, PhonebookEntry(uri=uri))
    found = alike.ngnpro.sip.find_phonebook_entry(owner, "0031%@example.com")
    assert found is not None
    assert found.uri == "0031%@example.com"
    assert alike.ngnpro.sip.find_phonebook_entry(owner, "0031_@example.com") is None
