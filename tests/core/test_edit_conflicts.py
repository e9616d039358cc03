"""Two people edit one record: the page shows all three states, and what only one of them changed is preserved."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

from portal.accounts.forms.account import AccountEditForm
from portal.accounts.forms.rights import NetworksForm
from portal.core.edit_conflicts import stored_otherwise
from portal.ngnpro.records import AclEntry, EnumMapping, SipAccount, SipAccountProperty, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

EDIT = "/accounts/ada@example.com/edit/"


@pytest.fixture(autouse=True)
def account(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com", groups=("free-pstn", "our-own"), prepaid=True, quota=10)


def opened(browser: Client) -> dict[str, Any]:
    return Page(browser.get(EDIT)).form_data()


def change(platform: Platform, **values: Any) -> None:
    platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), **values))


def test_a_field_that_both_changed_shows_as_it_was_as_it_is_and_as_it_would_be(
    browser: Client, platform: Platform
) -> None:
    data = opened(browser) | {"last_name": "Lovelace"}
    change(platform, last_name="King")
    answer = browser.post(EDIT, data)
    assert answer.status_code == 409
    assert Page(answer).rows() == [["Last name both changed", "Byron", "King", "Lovelace"]]
    assert platform.account().last_name == "King"


def test_changes_of_the_other_editor_are_kept(browser: Client, platform: Platform) -> None:
    data = opened(browser) | {"last_name": "Lovelace"}
    language = SipAccountProperty(name="language", value="nl")
    change(platform, first_name="Augusta", prepaid=False, groups=("anonymous",), properties=(language,), quota=20)
    answer = browser.post(EDIT, data)
    page = Page(answer)
    assert ["First name", "Ada", "Augusta", "Augusta"] in page.rows()
    assert ["Last name", "Byron", "Byron", "Lovelace"] in page.rows()
    assert ["Prepaid", "Yes", "No", "No"] in page.rows()
    assert browser.post(EDIT, page.form_data()).status_code == 302
    stored = platform.account()
    assert (stored.first_name, stored.last_name, stored.prepaid, stored.quota) == ("Augusta", "Lovelace", False, 20)
    assert (stored.groups, stored.get_property("language")) == (("anonymous",), "nl")


def test_each_of_several_choices_is_compared_separately(browser: Client, platform: Platform) -> None:
    change(platform, groups=("free-pstn", "sms"))
    data = opened(browser) | {"groups": ["free-pstn", "trunking"]}
    change(platform, groups=("free-pstn", "sms", "blocked"))
    page = Page(browser.post(EDIT, data))
    assert ["Rights both changed", "PSTN, SMS", "Blocked, PSTN, SMS", "Blocked, PSTN, Trunking"] in page.rows()
    assert browser.post(EDIT, page.form_data()).status_code == 302
    assert set(platform.account().groups) == {"free-pstn", "blocked", "trunking", "prepaid"}


def test_saving_after_the_question_writes_what_the_form_holds(browser: Client, platform: Platform) -> None:
    data = opened(browser) | {"last_name": "Lovelace"}
    change(platform, last_name="King")
    page = Page(browser.post(EDIT, data))
    assert browser.post(EDIT, page.form_data()).status_code == 302
    assert platform.account().last_name == "Lovelace"


def test_a_second_conflict_is_shown_again(browser: Client, platform: Platform) -> None:
    data = opened(browser) | {"last_name": "Lovelace"}
    change(platform, last_name="King")
    page = Page(browser.post(EDIT, data))
    change(platform, last_name="Noel")
    answer = browser.post(EDIT, page.form_data())
    assert answer.status_code == 409
    assert Page(answer).rows() == [["Last name both changed", "King", "Noel", "Lovelace"]]


def test_passwords_never_show_in_the_three_states_nor_in_what_the_form_carries(
    browser: Client, platform: Platform
) -> None:
    data = opened(browser) | {"password": "canary-password-1"}
    change(platform, last_name="King", password="canary-password-2")
    answer = browser.post(EDIT, data)
    assert answer.status_code == 409
    assert ["SIP password", "–", "–", "••••••"] in Page(answer).rows()
    assert "canary" not in answer.content.decode()


@pytest.mark.parametrize("sealed", ["", "forged", "gefälscht…", None])
def test_a_form_without_its_original_values_shows_two_states(
    browser: Client, platform: Platform, sealed: str | None
) -> None:
    data = opened(browser) | {"last_name": "Lovelace", "opened": sealed or ""}
    if sealed is None:
        del data["opened"]
    change(platform, last_name="King")
    answer = browser.post(EDIT, data)
    assert answer.status_code == 409
    assert ["Last name", "–", "King", "Lovelace"] in Page(answer).rows()


def test_a_mistake_keeps_what_the_form_opened_with(browser: Client, platform: Platform) -> None:
    data = opened(browser) | {"last_name": ""}
    change(platform, last_name="King")
    page = Page(browser.post(EDIT, data))
    answer = browser.post(EDIT, page.form_data() | {"last_name": "Lovelace"})
    assert Page(answer).rows() == [["Last name both changed", "Byron", "King", "Lovelace"]]


def test_rows_of_a_number_are_compared_as_a_whole(browser: Client, platform: Platform) -> None:
    number = platform.add_number("31208005169", "ada@example.com")
    url = "/enum/numbers/31208005169/e164.arpa/edit/"
    data = Page(browser.get(url)).form_data() | {"info": "Desk"}
    mapping = EnumMapping(mapto="sip:bob@example.com")
    platform.ngnpro.enum.update_number(dataclasses.replace(number, mappings=(mapping,)))
    answer = browser.post(url, data)
    assert answer.status_code == 409
    assert ["Targets", "sip:ada@example.com", "sip:bob@example.com", "sip:ada@example.com"] in Page(answer).rows()


ADA = SipAccount(id=SipId.parse("ada@example.com"))
OFFICE, BRANCH = AclEntry(ip="192.0.2.0", mask=24), AclEntry(ip="198.51.100.0", mask=24)


@pytest.mark.parametrize(
    ("form", "sent", "stored", "lines"),
    [
        (NetworksForm, {"acl": (OFFICE, BRANCH)}, {"acl": (BRANCH, OFFICE)}, 0),
        (NetworksForm, {"acl": (OFFICE, BRANCH)}, {"acl": (OFFICE,)}, 1),
        (AccountEditForm, {"owner": None}, {"owner": 0}, 0),
        (AccountEditForm, {"owner": None}, {"owner": 7}, 1),
        (AccountEditForm, {"rpid": "", "quota": 0}, {"rpid": None, "quota": None}, 0),
        (AccountEditForm, {"prepaid": False}, {"prepaid": True}, 1),
    ],
)
def test_only_real_differences_from_what_was_sent_are_reported(
    form: Any, sent: dict[str, Any], stored: dict[str, Any], lines: int
) -> None:
    states = [dataclasses.replace(ADA, **values) for values in (sent, stored)]
    assert len(list(stored_otherwise(form(), *states))) == lines


def test_values_stored_by_other_clients_are_checked_only_when_they_are_changed(
    browser: Client, platform: Platform
) -> None:
    change(platform, last_name="", email="")
    page = Page(browser.get(EDIT))
    assert not any("required" in page.field(name).attrib for name in ("last_name", "email"))
    assert browser.post(EDIT, page.form_data() | {"quota": "30"}).status_code == 302
    assert (platform.account().quota, platform.account().last_name, platform.account().email) == (30, "", "")
    answer = browser.post(EDIT, opened(browser) | {"email": "nonsense", "first_name": ""})
    assert answer.status_code == 422
    assert Page(answer).error_of("email")
    assert Page(answer).error_of("first_name")
