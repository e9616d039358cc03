"""The texts of mails in all languages, in the language of the recipient; tests/test_words.py has the catalogues."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.services import queue_mail
from portal.mail.text import wording
from portal.mail.text.composing import compose_mail
from portal.mail.text.words import FIELDS
from portal.ngnpro.records import SipAccountProperty
from tests.support import words
from tests.support.portal import Platform

HELLO = {"en": "Hello Ada,", "nl": "Beste Ada,", "de": "Guten Tag Ada,", "es": "Hola, Ada:", "ro": "Bună ziua, Ada,"}


def test_all_languages_that_people_can_choose_have_words() -> None:
    from portal.core.fields import LANGUAGES

    assert {code for code, _name in LANGUAGES} - {""} == set(wording.LANGUAGES)
    assert {"en", *words.OTHER_LANGUAGES} == set(wording.LANGUAGES)


@pytest.fixture
def speaking(platform: Platform) -> Any:
    """A function that adds Ada's account with a language."""

    def made(language: str) -> None:
        platform.add_domain("example.com")
        properties = (SipAccountProperty(name="language", value=language),) if language else ()
        platform.add_account("ada@example.com", properties=properties)

    return made


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_recipients_language_decides(speaking: Any, language: str) -> None:
    speaking(language)
    written = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    assert str(written.body).startswith(HELLO[language])
    assert written.extra_headers["Content-Language"] == language
    assert f'<html lang="{language}">' in str(written.alternatives[0].content)
    with translation.override(language):
        assert f"{translation.gettext('SIP address')}:" in str(written.body)


@pytest.mark.parametrize("language", ["", "fr", "xx", "../../etc"])
def test_a_language_without_words_gives_way_to_english(speaking: Any, language: str) -> None:
    speaking(language)
    assert compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0)).body.startswith(
        "Hello Ada,"
    )


def test_without_an_own_language_the_one_of_the_reseller_counts(world: Platform) -> None:
    reseller = world.ngnpro.customers.get_account(1)
    from dataclasses import replace

    world.ngnpro.customers.update_account(replace(reseller, language="de"))
    assert compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0)).body.startswith(
        "Guten Tag Ada,"
    )


def test_names_of_fields_are_in_the_recipients_language(speaking: Any) -> None:
    speaking("nl")
    body = str(
        compose_mail(
            queue_mail("account-changed", "ada@example.com", "a@mail.example", facts={"fields": ["acl"]}, reseller=0)
        ).body
    )
    with translation.override("nl"):
        assert str(FIELDS["acl"]) in body
    assert "Toegestane netwerken" in body


def test_regions_of_a_language_are_the_language() -> None:
    assert wording.choose_language("nl-BE") == wording.choose_language("NL") == wording.choose_language("nl_NL") == "nl"
    assert wording.choose_language("", "ro") == "ro"
