"""Every page of every role, in all languages: no error, no untranslated text, no localized number for programs."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pycountry
import pytest
from django.conf import settings as django_settings
from django.test import Client
from lxml import html

from portal.core.in_words import zone_in_words
from tests.support import pseudo, words
from tests.test_access import PAGES, address

ROLES = ("operator", "reseller", "customer", "subscriber")
# What programs read: links, keys, and the numbers of drawings and fields.
MACHINE = (
    "href",
    "action",
    "id",
    "name",
    "for",
    "src",
    "x",
    "y",
    "width",
    "height",
    "cx",
    "cy",
    "r",
    "min",
    "max",
    "step",
)
VALUES = {
    "number": re.compile(r"-?\d+(\.\d+)?|"),
    "date": re.compile(r"\d{4}-\d\d-\d\d|"),
    "time": re.compile(r"\d\d:\d\d(:\d\d)?|"),
    "datetime-local": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d|"),
    "color": re.compile(r"#[0-9a-f]{6}|"),
}
# Two words of a sentence, which no name, address or record of the platform in these tests looks like.
SENTENCE = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
# The title of a help page, which is English as the page; a port of NGNPro; a record as it is in a zone file.
DATA = re.compile(r"help:page Signing in|statistics:provisioning Customer|dns:zones:detail \S+ \d+ IN SOA .*")
# Words that are the same in every language, of messages that are one word.
NAMES = {"UTC", "JSON", "XLSX", "CSV", "TLS", "TCP", "UDP", "URL", "PIN", "SIP", "English"}


def places() -> set[str]:
    """Return the names of countries and time zones: these packages have translations of their own, or none."""
    zones = {name.replace("_", " ") for name in zoneinfo.available_timezones()}
    return {*zones, *map(zone_in_words, zoneinfo.available_timezones())} | {
        name
        for one in (*pycountry.countries, *pycountry.subdivisions)
        for name in (one.name, getattr(one, "common_name", ""))
    }


def opened(browser: Client, language: str) -> Iterator[tuple[str, Any]]:
    """Yield the pages that a person may open, as HTML, with their URL names."""
    for page in sorted(PAGES):
        answer = browser.get(address(page), headers={"accept-language": language_of(page, language)})
        assert answer.status_code < 500, page
        is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and answer.content.strip():
            yield page, html.fromstring(answer.content)


def language_of(page: str, language: str) -> str:
    """Return the language, or for ``*`` one of all others by the page, so that one walk has them all."""
    return language if language != "*" else words.OTHER_LANGUAGES[len(page) % len(words.OTHER_LANGUAGES)]


@pytest.mark.parametrize("person", ROLES)
def test_every_page_opens_in_every_language_with_links_and_fields_for_programs(
    people: dict[str, Client], person: str
) -> None:
    seen, wrong = set(), []
    for page, root in opened(people[person], "*"):
        if root.tag == "html":
            assert root.get("lang") == language_of(page, "*"), page
            seen.add(root.get("lang"))
        for element in root.iter():
            wrong += [
                (page, element.tag, name, element.get(name)) for name in MACHINE if is_localized(element.get(name))
            ]
            form = VALUES.get(element.get("type", ""))
            if form and not form.fullmatch(element.get("value", "")):
                wrong.append((page, element.tag, "value", element.get("value")))
    assert wrong == []
    assert seen == set(words.OTHER_LANGUAGES)


def is_localized(value: str | None) -> bool:
    return bool(value and re.search(r"\d[,\u00a0\u202f]\d", value))


@pytest.fixture
def pseudo_language(settings: Any, tmp_path: Path) -> str:
    pseudo.write_pseudo_language(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (pseudo.LANGUAGE, pseudo.marked("Pseudo"))]
    return pseudo.LANGUAGE


@pytest.mark.parametrize("person", ROLES)
def test_no_page_has_a_text_that_cannot_be_translated(
    people: dict[str, Client], person: str, pseudo_language: str
) -> None:
    known = {text for _context, text in words.to_translate() if isinstance(text, str)} - NAMES
    found: dict[str, str] = {}
    number, names = 0, places()
    for page, root in opened(people[person], pseudo_language):
        number += 1
        for text in pseudo.unmarked(root):
            said = " ".join(text.split()).strip(" ·:.,")
            if (
                len(said) > 2
                and said not in names
                and not DATA.fullmatch(f"{page} {said}")
                and (said in known or SENTENCE.search(said))
            ):
                found.setdefault(said, page)
    assert number > 20
    assert found == {}


@pytest.mark.django_db
def test_a_page_in_a_language_written_to_the_left_says_so(client: Client, settings: Any, pseudo_language: str) -> None:
    settings.LANGUAGES_BIDI = ["en"]
    page = html.fromstring(client.get("/session/sign-in/", headers={"accept-language": pseudo_language}).content)
    assert page.get("dir") == "rtl"
    assert page.xpath("//link[contains(@href, 'bootstrap.rtl.min')]")
    assert {code for code, _name in django_settings.LANGUAGES} == {"en", pseudo_language}


def test_texts_outside_of_marks_are_found() -> None:
    root = html.fromstring(
        "<div><p>⟦Hello <b>you</b> there⟧ and <i lang='en'>me</i></p><a title='⟦x⟧ left'>⟦a⟦b⟧⟧</a></div>"
    )
    assert " ".join(" ".join(pseudo.unmarked(root)).split()) == "and left"
