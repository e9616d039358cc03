"""Telephone numbers as people paste them: every field reads the same number, or says why it is none."""

from __future__ import annotations

import contextlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_wire.facts.telephone_numbers import international_digits, number_fault, without_separators
from portal.accounts.addresses import sip_uri
from portal.accounts.contacts.choices import contact_address
from portal.accounts.forwarding.choices.incoming import caller_uri
from portal.core.fields import PhoneField
from portal.enum.fields import NumberField
from portal.lcr.fields import remove_separators

BERLIN = (
    "+49 (0)30 901820",
    "0049 (0) 30 / 90 18 20",
    "+49 ( 0 ) 30 901820",
    "+49-30-901820",
    "+49.30.901820",
    "+49\u00a030\u00a0901820",
    "+49\u201130\u2013901820",
    "\u202a+49 30 901820\u202c",
    "+49\u200b30\u2212901820",
    "\uff0b\uff14\uff19\uff13\uff10\uff19\uff10\uff11\uff18\uff12\uff10",
    "\u0660\u0660\u0664\u0669\u0663\u0660\u0669\u0660\u0661\u0668\u0662\u0660",
    "tel:+49-30-901820",
    "tel:901820;phone-context=+4930",
    "+4930901820;npdi;rn=+4930",
)
FIELDS = (
    lambda typed: PhoneField().clean(typed),
    lambda typed: f"+{NumberField().clean(typed)}",
    lambda typed: sip_uri(typed, "cases.example").removeprefix("sip:").partition("@")[0],
    lambda typed: contact_address(typed, "cases.example").partition("@")[0],
    remove_separators,
)


@pytest.mark.parametrize("typed", BERLIN)
def test_every_field_reads_the_same_number(typed: str) -> None:
    for field in FIELDS:
        assert international_digits(field(typed)) == "4930901820"


def test_a_zero_that_belongs_to_the_number_is_kept() -> None:
    assert without_separators("+39 06 5685 1242") == "+390656851242"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("4930901820.0", "spreadsheet has rounded"),
        ("4930901820,00", "spreadsheet has rounded"),
        ("4.93091E+11", "spreadsheet has rounded"),
        ("4,93091E+11", "spreadsheet has rounded"),
        ("+49 30 901820 ext. 5", "extension"),
        ("+4930901820x7", "extension"),
        ("+4930901820,,5#", "extension"),
        ("+49 30 901820 Durchwahl 5", "extension"),
        ("tel:+4930901820;ext=5", "extension"),
    ],
)
def test_what_only_looks_like_a_number_is_refused_for_its_reason(typed: str, words: str) -> None:
    for field in (
        PhoneField().clean,
        NumberField().clean,
        lambda text: sip_uri(text, "cases.example"),
        lambda text: contact_address(text, "cases.example"),
    ):
        with pytest.raises(ValidationError, match=words):
            field(typed)


@pytest.mark.parametrize("typed", ["+49*", "0049*", "49*", "+49*@cases.example"])
def test_the_beginning_of_a_number_is_no_caller(typed: str) -> None:
    with pytest.raises(ValidationError, match="matches no one"):
        caller_uri(typed, "cases.example")


@pytest.mark.parametrize("typed", ["020 1234567", "+31 20 123 4567", "*@spam.example"])
def test_a_whole_number_and_a_whole_domain_are_callers(typed: str) -> None:
    assert caller_uri(typed, "cases.example").startswith("sip:%")


@given(
    st.lists(st.sampled_from(list(" \u00a0\u2009\u200b\u2011\u2013-/")), min_size=9, max_size=9),
    st.sampled_from(["+", "00", "\uff0b"]),
)
def test_marks_between_the_digits_have_no_meaning(marks: list[str], prefix: str) -> None:
    typed = prefix + "".join(digit + mark for digit, mark in zip("493090182", marks, strict=True)) + "0"
    assert international_digits(without_separators(typed)) == "4930901820"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(typed: str) -> None:
    number_fault(typed)
    without_separators(typed)
    for field in (PhoneField().clean, NumberField(required=False).clean):
        with contextlib.suppress(ValidationError):
            assert set(field(typed)) <= set("+0123456789")
