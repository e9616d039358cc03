"""Reading telephone numbers as people write them."""

from __future__ import annotations

import pytest

from ngnpro_wire.facts.telephone_numbers import (
    international_digits,
    is_country_code,
    leading_digits,
    without_separators,
)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("+49 (0)30 901820", "+4930901820"),
        ("0049 (0) 30 / 90 18 20", "004930901820"),
        ("+39 06 5685 1242", "+390656851242"),
        (" +44 20-7946.0140 ", "+442079460140"),
        ("+31\u00a020\u00a08005169", "+31208005169"),
        ("(030) 901820", "030901820"),
        ("(0)30 901820", "030901820"),
        ("sip", "sip"),
        ("", ""),
    ],
)
def test_separators_and_the_national_prefix_are_removed(typed: str, plain: str) -> None:
    assert without_separators(typed) == plain


@pytest.mark.parametrize(
    ("number", "digits"),
    [("+4930901820", "4930901820"), ("004930901820", "4930901820"), ("030901820", ""), ("+49x", ""), ("+٤٩", "")],
)
def test_only_an_international_number_has_international_digits(number: str, digits: str) -> None:
    assert international_digits(number) == digits


@pytest.mark.parametrize("typed", ["49 (0)30 90", "+49 (0)30 90", "0049 30 90", "+0049 30 90", "493090"])
def test_a_number_that_is_always_international_needs_no_plus(typed: str) -> None:
    assert leading_digits(typed) == "493090"


def test_wildcards_stay_in_the_beginning_of_a_number() -> None:
    assert leading_digits("+31 20*") == "3120*"


@pytest.mark.parametrize("prefix", ["1", "7", "31", "4", "35", "351", "886"])
def test_a_country_code_or_its_beginning_covers_whole_countries(prefix: str) -> None:
    assert is_country_code(prefix)


@pytest.mark.parametrize("prefix", ["12", "77", "312", "3512", "8861"])
def test_a_longer_prefix_is_not_a_country_code(prefix: str) -> None:
    assert not is_country_code(prefix)
