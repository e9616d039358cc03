"""Texts in filters: with wildcards, and escaped so that each character is matched literally."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_wire.facts.filters import escape_filter, has_wildcards, unescape_filter


@given(st.text())
def test_an_escaped_text_has_no_wildcards_and_stands_for_the_text(text: str) -> None:
    escaped = escape_filter(text)
    assert not has_wildcards(escaped)
    assert unescape_filter(escaped) == text


@pytest.mark.parametrize(("text", "escaped"), [("a_b%", r"a\_b\%"), ("a\\b", r"a\\b"), ("plain", "plain"), ("", "")])
def test_a_backslash_stands_before_each_wildcard(text: str, escaped: str) -> None:
    assert escape_filter(text) == escaped


@pytest.mark.parametrize(("pattern", "expected"), [("a_", True), ("%", True), (r"a\_b\%", False), (r"\\%", True)])
def test_a_wildcard_counts_unless_a_backslash_is_before_it(pattern: str, expected: bool) -> None:
    assert has_wildcards(pattern) is expected


def test_a_backslash_before_another_character_stands_for_itself() -> None:
    assert unescape_filter(r"a\nb") == r"a\nb"
