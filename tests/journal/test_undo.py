"""Undoing changes: previewed first, refused with a diff if the record has changed since, and journalled itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro.records import AclEntry, SipAccountProperty, SipAlias, SipId
from tests.support.journal import changes, fill, latest
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture(autouse=True)
def domain(platform: Platform) -> None:
    platform.add_domain("example.com", match_ip_address="192.0.2.1")


def edit(browser: Client, page: str, **typed: Any) -> JournalEntry:
    browser.post(page, Page(browser.get(page)).form_data() | typed)
    return latest()


def undo(browser: Client, entry: JournalEntry) -> Any:
    return browser.post(f"/journal/{entry.pk}/undo/", follow=True)


def found(platform: Platform, name: str = "example.com") -> Any:
    return platform.ngnpro.sip.find_domain(name)


def test_an_edit_is_undone_field_by_field(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2", verify_cert="on")
    page = Page(browser.get(f"/journal/{entry.pk}/undo/"))
    assert page.rows() == [
        ["Chosen by IP address", "192.0.2.2", "192.0.2.1"],
        ["Verifies the peer's certificate", "Yes", "No"],
    ]
    assert found(platform).match_ip_address == "192.0.2.2"
    answer = undo(browser, entry)
    assert f"Entry {entry.pk} was undone." in Page(answer).text
    assert (found(platform).match_ip_address, found(platform).verify_cert) == ("192.0.2.1", False)


def test_an_undo_is_journalled_and_linked_both_ways(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    undo(browser, entry)
    made = latest()
    assert (made.undoes_id, made.operation, made.result) == (entry.pk, "updateDomain", "done")
    assert changes(made) == {"match_ip_address": ("192.0.2.2", "192.0.2.1")}
    assert f"This undid entry {entry.pk}." in Page(browser.get(f"/journal/{made.pk}/")).text
    page = Page(browser.get(f"/journal/{entry.pk}/"))
    assert f"Entry {made.pk}" in page.links()
    assert "This was undone already." in page.text
    assert "Undo…" not in page.links()
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 409


def test_an_undo_can_be_undone(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    undo(browser, entry)
    undo(browser, latest())
    assert found(platform).match_ip_address == "192.0.2.2"


def test_a_record_that_changed_since_is_left_alone_and_the_difference_shown(
    browser: Client, platform: Platform
) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.3")
    answer = browser.post(f"/journal/{entry.pk}/undo/")
    page = Page(answer)
    assert answer.status_code == 409
    assert "The record has changed since then. Nothing was undone." in page.text
    assert page.rows() == [["Chosen by IP address", "192.0.2.2", "192.0.2.3"]]
    assert not page.root.xpath("//button[contains(., 'Undo')]")
    assert found(platform).match_ip_address == "192.0.2.3"
    assert JournalEntry.objects.count() == 2


def test_other_fields_that_changed_since_are_kept(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    edit(browser, "/domains/example.com/edit/", match_sip_domain="sip.example.com")
    undo(browser, entry)
    assert (found(platform).match_ip_address, found(platform).match_sip_domain) == ("192.0.2.1", "sip.example.com")


def test_a_change_reverted_by_hand_needs_no_undo(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.1")
    assert "already has its earlier values" in Page(browser.get(f"/journal/{entry.pk}/undo/")).text


def test_looking_at_the_page_changes_nothing(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    platform.forget_calls()
    browser.get(f"/journal/{entry.pk}/undo/")
    assert platform.calls == ["getDomains"]


def test_groups_networks_and_single_properties_come_back(browser: Client, platform: Platform) -> None:
    platform.add_account(
        "ada@example.com",
        groups=("free-pstn", "our-own-group"),
        acl=(AclEntry(ip="192.0.2.0", mask=24),),
        properties=(SipAccountProperty(name="language", value="nl"), SipAccountProperty(name="mobile", value="1")),
    )
    entry = edit(browser, "/accounts/ada@example.com/edit/", groups=["anonymous"], language="de", quota="50")
    undo(browser, entry)
    account = platform.account()
    assert set(account.groups) == {"free-pstn", "our-own-group"}
    assert {entry.name: entry.value for entry in account.properties} == {"language": "nl", "mobile": "1"}
    assert (account.quota, [(entry.ip, entry.mask) for entry in account.acl]) == (0, [("192.0.2.0", 24)])


def test_undoing_a_new_property_removes_it(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    undo(browser, edit(browser, "/accounts/ada@example.com/edit/", language="de"))
    assert platform.account().properties == ()


def test_an_undo_keeps_the_present_password_and_says_so(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    entry = edit(browser, "/accounts/ada@example.com/edit/", last_name="King", password="another-good-one")
    kept = platform.account().ha1
    assert "Password stays as it is now." in Page(browser.get(f"/journal/{entry.pk}/undo/")).text
    undo(browser, entry)
    assert (platform.account().last_name, platform.account().ha1) == ("Byron", kept)


def test_undoing_another_property_keeps_the_web_password(browser: Client, platform: Platform) -> None:
    secret = SipAccountProperty(name="web_password", value="kept-secret")
    platform.add_account("ada@example.com", properties=(secret,))
    undo(browser, edit(browser, "/accounts/ada@example.com/edit/", language="de"))
    assert platform.account().get_property("web_password") == "kept-secret"


def test_only_a_password_cannot_be_undone(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    entry = edit(browser, "/accounts/ada@example.com/edit/", password="another-good-one")
    page = Page(browser.get(f"/journal/{entry.pk}/"))
    assert "Only secrets were changed. The journal never stores them, so they cannot be restored." in page.text
    kept = platform.account().ha1
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 409
    assert platform.account().ha1 == kept


def test_an_added_record_is_deleted_again(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    assert "What was added is deleted" in Page(browser.get(f"/journal/{entry.pk}/undo/")).text
    undo(browser, entry)
    assert found(platform, "new.example") is None
    assert (latest().operation, latest().undoes_id) == ("deleteDomain", entry.pk)


def test_an_added_record_that_changed_since_is_not_deleted(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    edit(browser, "/domains/new.example/edit/", match_ip_address="192.0.2.9")
    answer = browser.post(f"/journal/{entry.pk}/undo/")
    assert answer.status_code == 409
    assert Page(answer).rows() == [["Chosen by IP address", "None", "192.0.2.9"]]
    assert found(platform, "new.example") is not None


def test_an_added_domain_that_is_in_use_is_not_deleted(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    platform.add_account("ada@new.example")
    answer = browser.post(f"/journal/{entry.pk}/undo/")
    assert answer.status_code == 409
    assert "It is in use (Accounts: 1)." in Page(answer).text
    assert found(platform, "new.example") is not None


def test_an_added_record_that_is_gone_already_is_not_deleted(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    platform.ngnpro.sip.delete_domain("new.example")
    assert "no longer exists" in Page(browser.get(f"/journal/{entry.pk}/undo/")).text


def test_a_deleted_domain_without_accounts_is_added_again_as_it_was(browser: Client, platform: Platform) -> None:
    owner = platform.add_customer()
    before = platform.add_domain("new.example", customer=owner.id, match_ip_address="192.0.2.9", verify_cert=True)
    browser.post("/domains/new.example/delete/")
    undo(browser, latest())
    assert (latest().operation, latest().result) == ("addDomain", "done")
    after = found(platform, "new.example")
    assert (after.customer, after.match_ip_address, after.verify_cert) == (owner.id, before.match_ip_address, True)


def test_a_deleted_domain_that_exists_again_is_left_alone(browser: Client, platform: Platform) -> None:
    browser.post("/domains/example.com/delete/")
    entry = latest()
    platform.add_domain("example.com", match_ip_address="192.0.2.77")
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 409
    assert found(platform).match_ip_address == "192.0.2.77"


def test_a_deleted_domain_that_took_accounts_along_cannot_come_back(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    browser.post("/domains/example.com/delete/", {"name": "example.com"})
    assert (
        "Records deleted with it cannot be restored: 1 Accounts" in Page(browser.get(f"/journal/{latest().pk}/")).text
    )
    assert browser.post(f"/journal/{latest().pk}/undo/").status_code == 409
    assert found(platform) is None


def test_a_deleted_domain_that_took_only_aliases_along_cannot_come_back(browser: Client, platform: Platform) -> None:
    target = SipId(username="ada", domain="elsewhere.example")
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId(username="front", domain="example.com"), target=target))
    browser.post("/domains/example.com/delete/", {"name": "example.com"})
    assert "Records deleted with it cannot be restored: 1 Aliases" in Page(browser.get(f"/journal/{latest().pk}/")).text
    assert browser.post(f"/journal/{latest().pk}/undo/").status_code == 409


def test_a_deleted_domain_with_a_key_cannot_come_back(
    browser: Client, platform: Platform, pem: tuple[str, str]
) -> None:
    platform.add_domain("new.example", certificate=pem[0], private_key=pem[1])
    browser.post("/domains/new.example/delete/")
    assert "data that the journal does not store: Private key" in Page(browser.get(f"/journal/{latest().pk}/")).text
    assert browser.post(f"/journal/{latest().pk}/undo/").status_code == 409


def test_a_deleted_account_cannot_come_back_without_its_password(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    browser.post("/accounts/ada@example.com/delete/", {"name": "ada@example.com"})
    assert "data that the journal does not store: Password" in Page(browser.get(f"/journal/{latest().pk}/")).text


def test_an_added_account_is_deleted_again(browser: Client, platform: Platform) -> None:
    typed = {"username": "bob", "domain": "example.com", "first_name": "Bob", "last_name": "B"}
    browser.post("/accounts/add/", typed | {"email": "bob@mail.example", "timezone": "Europe/London"})
    answer = undo(browser, latest())
    assert "was undone" in Page(answer).text
    assert platform.ngnpro.sip.get_accounts().total == 0


def test_a_refused_change_has_nothing_to_undo(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "example.com"})
    assert "Nothing was changed" in Page(browser.get(f"/journal/{latest().pk}/")).text
    assert browser.post(f"/journal/{latest().pk}/undo/").status_code == 409
    assert found(platform) is not None


def test_a_change_of_which_only_the_call_is_known_cannot_be_undone(browser: Client, platform: Platform) -> None:
    entry = fill(1, kind="", key="", action="")[0]
    assert "The journal knows only that this was done" in Page(browser.get(f"/journal/{entry.pk}/")).text
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 409


def test_a_saving_that_changed_nothing_cannot_be_undone(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/")
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 409


def test_values_too_long_to_be_stored_cannot_be_undone(browser: Client, platform: Platform) -> None:
    entry = fill(1, changes=[{"field": "firstName", "before": None, "after": None, "cut": True}])[0]
    assert "too long to be stored" in Page(browser.get(f"/journal/{entry.pk}/")).text


def test_a_refused_undo_is_shown_and_journalled(browser: Client, platform: Platform) -> None:
    owner = platform.add_customer()
    platform.add_domain("new.example", customer=owner.id)
    browser.post("/domains/new.example/delete/")
    entry = latest()
    platform.ngnpro.customers.delete_account(owner.id)
    answer = browser.post(f"/journal/{entry.pk}/undo/")
    assert answer.status_code == 404
    assert "customer does not exist" in answer.content.decode()
    assert (latest().operation, latest().result, latest().code, latest().undoes_id) == (
        "addDomain",
        "refused",
        5000,
        entry.pk,
    )
    assert "Undo…" in Page(browser.get(f"/journal/{entry.pk}/")).links()


def test_during_an_outage_nothing_is_undone(browser: Client, platform: Platform) -> None:
    entry = edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.2")
    platform.cut()
    assert browser.get(f"/journal/{entry.pk}/undo/").status_code == 503
    assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 503
    assert JournalEntry.objects.count() == 1
