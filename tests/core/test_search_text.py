"""``*`` in search texts: what it matches, in the database and in texts, and that no search takes long."""

from __future__ import annotations

import pytest

from portal.core.search_text import (
    MOST_WILDCARDS,
    begins_with,
    exact_pattern,
    filter_pattern,
    fits_pattern,
    pattern_pieces,
)
from portal.mail.outbox.models import OutboxMessage
from tests.support.limits import no_longer_than


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["a%b@x.org", "a_b@x.org", "Ada@x.org", "axb@x.org"]),
        ("ad", ["Ada@x.org"]),
        ("*@x.org", ["a%b@x.org", "a_b@x.org", "Ada@x.org", "axb@x.org"]),
        ("**B@**", ["a%b@x.org", "a_b@x.org", "axb@x.org"]),
        ("a_b*", ["a_b@x.org"]),
        ("a%b*", ["a%b@x.org"]),
        ("*b", []),
        ("a.b*", []),
    ],
)
def test_only_a_star_is_a_wildcard(db: None, typed: str, expected: list[str]) -> None:
    for recipient in ("Ada@x.org", "axb@x.org", "a_b@x.org", "a%b@x.org"):
        OutboxMessage.objects.create(recipient=recipient)
    found = OutboxMessage.objects.filter(begins_with("recipient", typed)).values_list("recipient", flat=True)
    assert sorted(found, key=str.lower) == expected


def test_a_search_of_many_stars_ends(db: None) -> None:
    OutboxMessage.objects.create(recipient="a" * 300)
    for bomb in ("*" * 300 + "~", "*a" * 100 + "~", "a*" * 100 + "~"):
        with no_longer_than(10):
            list(OutboxMessage.objects.filter(begins_with("recipient", bomb)))


def test_runs_of_stars_count_as_one_and_there_is_a_most() -> None:
    assert pattern_pieces("a**b***") == ["a", "b", ""]
    assert pattern_pieces("**") == ["", ""]
    assert filter_pattern("a**_b") == "a%\\_b"
    assert filter_pattern("a*" * 20) == "a%" * MOST_WILDCARDS
    assert exact_pattern("a_b") == "a_b"


@pytest.mark.parametrize(
    ("wild", "text", "does_fit"),
    [
        ("a*c", "abc", True),
        ("a*c", "ac", True),
        ("a*a", "a", False),
        ("*", "", True),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("*b*", "abc", True),
        ("a*b*b", "ab", False),
        ("*ab*ab", "abab", True),
        ("a.c", "abc", False),
    ],
)
def test_texts_are_compared_in_one_pass(wild: str, text: str, does_fit: bool) -> None:
    assert fits_pattern(wild, text) is does_fit


def test_no_pattern_takes_long_to_compare() -> None:
    with no_longer_than(10):
        assert not fits_pattern("*a" * 2000 + "~", "a" * 100_000)
