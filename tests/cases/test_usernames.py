"""Usernames that phones, door stations and scripts have: each opens its own page, or is refused in words everywhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_server import values
from portal.accounts.addresses import sip_uri
from portal.core.addresses import key_of_segment, url_segment
from portal.core.fields import UsernameField
from portal.core.normal_forms import sip_username
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.composing import compose_mail
from portal.ngnpro import errors
from portal.ngnpro.records import SipAccount, SipId
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Platform, platform  # noqa: F401 - instead of the one without a portal

TAKEN = {
    "a/../b": "a/../b",
    "link/x": "link/x",
    "a/edit": "a/edit",
    "removal/link/x": "removal/link/x",
    "9901%231": "9901%231",
    "+31201234567": "+31201234567",
    "0012": "0012",
    "*97": "*97",
    "a?b": "a?b",
    "a;b=c": "a;b=c",
    "a&b": "a&b",
    "Bob.Upper": "bob.upper",
    "%42ob%2Eother": "bob.other",
    "%2e%2e%2e": "...",
    "1e5": "1e5",
    "null": "null",
    "-": "-",
    "j%C3%B6rg": "j%c3%b6rg",
    "x" * 64: "x" * 64,
}
REFUSED = {
    ".": "folder",
    "%2E.": "folder",
    "9901#1": "%23",
    "jörg": "ö",
    "bob smith": " ",
    "bob@home": "@",
    "x" * 65: "64",
    "a%zz": "%",
    "bob\\x": "\\",
}


@pytest.fixture
def cases(platform: Platform) -> Platform:  # noqa: F811 - the imported one
    platform.add_domain("cases.example")
    return platform


def test_each_name_is_stored_alike_and_opens_its_own_page(cases: Platform, browser: Client) -> None:
    for typed, stored in TAKEN.items():
        added = cases.add_account(f"{typed}@cases.example", first_name=stored[:64], email="a@m.example")
        assert added.id.username == stored == sip_username(typed) == UsernameField().clean(typed)
    for stored in TAKEN.values():
        page = f"/accounts/{url_segment(f'{stored}@cases.example')}/"
        assert stored[:64] in Page(browser.get(page)).text
        assert Page(browser.get(f"{page}edit/")).value_of("first_name") == stored[:64]


@pytest.mark.parametrize(("typed", "words"), REFUSED.items())
def test_what_is_no_username_is_refused_in_words_on_every_door(cases: Platform, typed: str, words: str) -> None:
    with pytest.raises(ValidationError) as page:
        UsernameField().clean(typed)
    with pytest.raises(ValueError, match=r"[a-z]"):
        values.username(typed)
    with pytest.raises(errors.InvalidValue) as soap:
        cases.ngnpro.sip.add_account(cases_account(typed))
    assert soap.value.field == "username"
    assert words in " ".join(page.value.messages)


def cases_account(username: str) -> SipAccount:
    return SipAccount(id=SipId(username=username, domain="cases.example"), email="a@m.example", **ACCOUNT)


def test_equal_names_are_one_account(cases: Platform) -> None:
    cases.add_account("alice@cases.example")
    with pytest.raises(errors.AlreadyExists):
        cases.add_account("%41lice@cases.example")
    assert sip_uri("%41lice", "cases.example") == "sip:alice@cases.example"


def test_page_and_mail_say_that_a_name_is_stored_in_small_letters(cases: Platform, browser: Client) -> None:
    filled = {"domain": "cases.example", "naming": "", "username": "Bob.Upper", "first_name": "A", "last_name": "B"}
    more = {"email": "a@mail.example", "send_information": "on"}
    form = Page(browser.get("/accounts/add/")).form_data()
    page = Page(browser.post("/accounts/add/", form | filled | more, follow=True))
    assert "“Bob.Upper” is stored as “bob.upper”" in " ".join(page.root.itertext())
    mail = str(compose_mail(OutboxMessage.objects.get(kind="account-information")).body)
    assert "Enter the username in small letters" in mail
    assert "bob.upper" in mail


@given(st.text(st.sampled_from("aB1%4C#./~?&;=+ @é\\"), max_size=12))
def test_doors_agree_on_every_name_and_each_has_one_address(typed: str) -> None:
    try:
        stored = values.username(typed)
    except ValueError:
        with pytest.raises(ValidationError):
            sip_username(typed)
        return
    assert sip_username(typed) == stored
    assert key_of_segment(url_segment(stored)) == stored
    assert not {"/", "?", "#", "%"} & set(url_segment(stored))
