"""Values as people read them."""

from __future__ import annotations

import datetime

import pytest

from portal.core.in_words import (
    address_in_words,
    domain_in_words,
    language_in_words,
    tel_in_words,
    zone_in_words,
    zone_with_offset,
)
from portal.core.templatetags.portal import days_ago, idn_full


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("00442079460142", "+44 20 7946 0142"),
        ("+442079460142", "+44 20 7946 0142"),
        ("1001", "1001"),
        ("", ""),
        ("reception", "reception"),
    ],
)
def test_a_telephone_number_is_shown_in_one_way_however_it_is_stored(stored: str, shown: str) -> None:
    assert tel_in_words(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("xn--rztehaus-zza.example", "ärztehaus.example"),
        ("example.com", "example.com"),
        ("xn--0.example", "xn--0.example"),
    ],
)
def test_a_domain_is_shown_in_its_own_script_if_that_is_the_same_domain(stored: str, shown: str) -> None:
    assert domain_in_words(stored) == shown


def test_the_wire_form_of_a_domain_is_small_beside_it() -> None:
    assert idn_full("xn--rztehaus-zza.example") == (
        '<bdi>ärztehaus.example</bdi> <small class="wire">xn--rztehaus-zza.example</small>'
    )
    assert address_in_words("anna@xn--rztehaus-zza.example") == "anna@ärztehaus.example"


def test_time_zones_and_languages_are_words() -> None:
    assert zone_in_words("America/Argentina/Buenos_Aires") == "Buenos Aires (America, Argentina)"
    assert zone_in_words("UTC") == "UTC"
    assert zone_with_offset("Asia/Kolkata") == "Kolkata (Asia), UTC+05:30"
    assert zone_with_offset("Mars/Base") == "Mars/Base"
    assert language_in_words("de") == "Deutsch"
    assert language_in_words("fr") == "fr"


@pytest.mark.parametrize(
    ("day", "words"),
    [(30, "today"), (29, "yesterday"), (20, "10 days ago")],
)
def test_a_day_is_also_said_by_how_long_ago_it_was(day: int, words: str) -> None:
    assert days_ago(datetime.date(2026, 11, day), datetime.date(2026, 11, 30)) == words
