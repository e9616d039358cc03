"""Form fields that accept telephone numbers as people write them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal.core.in_words import number_in_groups
from portal.enum.fields import NumberField, number_warning, region_of_number


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+31 20 800 51 69", "31208005169"),
        ("0031208005169", "31208005169"),
        ("31-20-800.51.69", "31208005169"),
        ("+44 (20) 7946/0142", "442079460142"),
        ("+49 (0)30 901820", "4930901820"),
        ("883510000000001", "883510000000001"),
    ],
)
def test_a_number_becomes_digits_with_the_country_code_first(typed: str, digits: str) -> None:
    assert NumberField().clean(typed) == digits


@pytest.mark.parametrize("typed", ["0208005169", "+31 20 CALL", "1234567890123456", "+"])
def test_an_invalid_number_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ValidationError):
        NumberField().clean(typed)


def test_numbers_are_written_as_people_write_them_and_odd_ones_with_their_plus() -> None:
    assert number_in_groups("31208005169") == "+31 20 800 5169"
    assert number_in_groups("999") == "+999"
    assert region_of_number("31208005169") == "NL"
    assert region_of_number("999") == ""


def test_unusual_numbers_get_a_warning_and_are_accepted() -> None:
    assert NumberField().clean("+3120") == "3120"
    assert number_warning("3120")
    assert number_warning("31208005169") == ""
