"""The phonebook of an account: list, search, add, edit, delete, and who owns it."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from portal.accounts.contacts.choices import contact_address
from portal.ngnpro import RecordPage
from portal.ngnpro.records import PhonebookEntry, SipId
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases

ADA = "ada@example.com"
SIP_ID = SipId.parse(ADA)
URL = f"/accounts/{ADA}/contacts/"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA)
    return platform


def add(platform: Platform, uri: str, name: str = "", group: str = "", account: SipId = SIP_ID) -> None:
    platform.ngnpro.sip.add_phonebook_entry(account, PhonebookEntry(uri=uri, name=name, group=group))


def stored(platform: Platform) -> dict[str, tuple[str, str]]:
    entries = platform.ngnpro.sip.get_phonebook_entries(SIP_ID).entries
    return {entry.uri: (entry.name, entry.group) for entry in entries}


@pytest.mark.usefixtures("ada")
class TestContacts(ListCases, EditCases, DeleteCases, OutageCases):
    url = URL
    resource_name = "account"
    part = "phonebook"
    key = "contact00@example.com"
    pages = ("edit/", "delete/")
    empty = "There are no contacts yet"
    list_calls = ("getAccount", "getPhonebookEntries", "getMissingContacts")
    sorts = ()
    filters: ClassVar = {"name=contact": 3, "name=C*02": 1, "uri=contact01": 1, "group=-": 3, "name=zzz": 0}
    typed: ClassVar = {"uri": "ben", "name": "Ben Stone", "group": "vip"}
    kept = "name"
    refused = (("uri", "CONTACT00"),)
    invalid = (("uri", "a b"), ("uri", ""))
    edited = ("name", "Ben", "Benny")
    member = "name"

    def add_one(self, platform: Platform, number: int) -> None:
        add(platform, f"contact{number:02}@example.com", f"Contact {number:02}")

    def clear(self, platform: Platform) -> None:
        for entry in self.records(platform):
            platform.ngnpro.sip.delete_phonebook_entry(SIP_ID, entry.uri)

    def records(self, platform: Platform) -> RecordPage[PhonebookEntry]:
        found = platform.ngnpro.sip.get_phonebook_entries(SIP_ID)
        return RecordPage(len(found.entries), found.entries)

    def find(self, platform: Platform) -> PhonebookEntry | None:
        return platform.ngnpro.sip.find_phonebook_entry(SIP_ID, self.key)


def test_a_contact_is_added_and_then_listed(browser: Client, ada: Platform) -> None:
    data = {"uri": "+31 (20) 123-4567", "name": "Harbour", "group": "business"}
    answer = browser.post(f"{URL}add/", data, follow=True)
    assert "Harbour was added to the contacts." in Page(answer).text
    assert stored(ada) == {"+31201234567@example.com": ("Harbour", "business")}
    assert Page(browser.get(URL)).rows()[0][:3] == ["Harbour", "+31201234567@example.com", "Business"]
    entry = latest()
    assert (entry.kind, entry.key, entry.part, entry.operation) == ("account", ADA, "phonebook", "addPhonebookEntry")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ben", "ben@example.com"),
        ("sip:Ben@Other.Example;transport=tls", "ben@other.example"),
        ("tel:+1-555-0100", "+15550100@example.com"),
        ("0031%", "0031%@example.com"),
        ("%@example.org", "%@example.org"),
        ("bücher@bücher.example", "bücher@xn--bcher-kva.example"),
        ("113", "113@example.com"),
    ],
)
def test_input_is_converted_to_an_address(typed: str, address: str) -> None:
    assert contact_address(typed, "example.com") == address


@pytest.mark.parametrize(
    "typed", ["", "sip:", "a b@example.com", "@example.com", "ben@", "ben@a..b", "<b>", "x" * 70, "a@%/"]
)
def test_an_invalid_address_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        contact_address(typed, "example.com")


def test_a_contact_is_edited_and_an_unknown_group_survives(browser: Client, ada: Platform) -> None:
    add(ada, "sip:ben@example.com", "Ben", "bowling")
    url = Page(browser.get(URL)).links()["Ben"]
    data = Page(browser.get(url)).form_data() | {"name": "Ben Stone"}
    assert "Contact Ben Stone was saved." in Page(browser.post(url, data, follow=True)).text
    assert stored(ada) == {"sip:ben@example.com": ("Ben Stone", "bowling")}
    assert latest().operation == "updatePhonebookEntry"


def test_a_contact_is_deleted(browser: Client, ada: Platform) -> None:
    add(ada, "0031%@example.com", "Holland")
    url = Page(browser.get(URL)).links()["Delete Holland"]
    assert "0031%@example.com" in Page(browser.get(url)).text
    assert "Contact Holland was deleted." in Page(browser.post(url, follow=True)).text
    assert stored(ada) == {}
    entry = latest()
    assert (entry.kind, entry.part, entry.action) == ("account", "phonebook", "delete")


def test_the_journal_shows_the_name_of_a_contact(browser: Client, ada: Platform) -> None:
    browser.post(f"{URL}add/", {"uri": "ben", "name": "Ben", "group": ""})
    entry = f"/journal/{latest().pk}/"
    page = Page(browser.get(entry))
    assert "ben@example.com" in page.text
    assert browser.post(f"{entry}undo/").status_code == 409
    assert len(stored(ada)) == 1


def test_the_search_finds_parts_of_names_numbers_and_groups(browser: Client, ada: Platform) -> None:
    add(ada, "+31201234567@example.com", "Harbour Clinic", "business")
    add(ada, "sip:ben@example.com", "Ben_1", "friends")
    add(ada, "cleo@example.com", "Cleo 100%")

    def found(query: str) -> set[str]:
        return {row[0] for row in Page(browser.get(f"{URL}?{query}")).rows()}

    assert found("name=clinic") == {"Harbour Clinic"}
    assert found("name=H*ic") == {"Harbour Clinic"}
    assert found("uri=1234") == {"Harbour Clinic"}
    assert found("name=_") == {"Ben_1"}
    assert found("name=%25") == {"Cleo 100%"}
    assert found("group=friends") == {"Ben_1"}
    assert found("group=-") == {"Cleo 100%"}
    assert found("name=zzz") == set()
    assert "Nothing matches these filters" in Page(browser.get(f"{URL}?name=zzz")).text


def test_a_platform_that_does_not_count_still_has_pages(browser: Client, ada: Platform) -> None:
    ada.change_answer("getPhonebookEntries", lambda page: page | {"total": 0})
    for number in range(30):
        add(ada, f"{number:03}@example.com")
    assert Page(browser.get(URL)).links()["Next"] == "?page=2"
    assert len(Page(browser.get(f"{URL}?page=2")).rows()) == 5


def test_names_are_shown_as_text(browser: Client, ada: Platform) -> None:
    add(ada, "ben@example.com", "<script>alert(1)</script>")
    text = browser.get(URL).content.decode()
    assert "<script>alert" not in text


def test_subscribers_change_only_their_own_contacts(people: dict[str, Client], world: Platform) -> None:
    mine, theirs = people["subscriber"], "/accounts/bob@other.example/contacts/"
    assert mine.post(f"{URL}add/", {"uri": "ben", "name": "Ben"}).status_code == 302
    assert stored(world) == {"ben@example.com": ("Ben", "")}
    bob = SipId.parse("bob@other.example")
    add(world, "x@other.example", "Secret", account=bob)
    for answer in (
        mine.get(theirs),
        mine.get(f"{theirs}export/"),
        mine.post(f"{theirs}add/", {"uri": "ben", "name": "Ben"}),
        mine.post(f"{theirs}x@other.example/delete/"),
        mine.post(f"{theirs}import/", {"contacts": "x"}),
    ):
        assert answer.status_code == 404
    assert len(world.ngnpro.sip.get_phonebook_entries(bob).entries) == 1
    assert mine.get(f"{URL}ben@example.com/edit/").status_code == 200
    assert mine.post(f"{URL}ben@example.com/delete/").status_code == 302


def test_read_only_operators_see_contacts_and_change_none(people: dict[str, Client], world: Platform) -> None:
    add(world, "ben@example.com", "Ben")
    looker = people["read-only operator"]
    page = Page(looker.get(URL))
    assert page.rows()[0][0] == "Ben"
    assert not {"Ben", "Delete Ben", "Add a contact", "Import from a file"} & set(page.links())
    for action in ("add/", "import/", "ben@example.com/edit/", "ben@example.com/delete/"):
        assert looker.post(URL + action, {"uri": "x", "name": "y"}).status_code == 403
    assert stored(world) == {"ben@example.com": ("Ben", "")}
