"""Lists as spreadsheets: the complete filter result, page by page, without secrets and without formulas."""

from __future__ import annotations

import csv
import io
import typing
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from portal.core import spreadsheets
from portal.core.resources import Resource
from portal.core.rooms import resources, rooms
from portal.core.views import ListView
from portal.ngnpro.records import PhonebookEntry, SipAccountProperty, SipId
from portal.ngnpro.records.base import Record, shape_of
from tests.support.pages import Page
from tests.support.portal import Platform

LISTED = {key: one for key, one in resources().items() if one.record and one.fetch}


def rows(browser: Client, url: str) -> list[dict[str, str]]:
    answer = browser.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_foot_of_a_list_leads_to_its_whole_filter_result(browser: Client, platform: Platform) -> None:
    for name in ("alpha.example", "beta.example"):
        platform.add_domain(name)
    page = Page(browser.get("/domains/?domain=al&sort=domain&size=50"))
    url = page.links()["All as a spreadsheet (CSV)"]
    assert url == "?domain=al&sort=domain&as=csv"
    assert [row["domain"] for row in rows(browser, f"/domains/{url}")] == ["alpha.example"]


def test_all_pages_are_in_it_in_the_lists_order(browser: Client, platform: Platform) -> None:
    names = [f"d{number:03}.example" for number in range(2 * spreadsheets.SPREADSHEET_PAGE + 1)]
    platform.add_many("Sip", "addDomain", ({"domain": {"domain": name}} for name in names))
    platform.forget_calls()
    found = rows(browser, "/domains/?as=csv&sort=-domain&page=2")
    assert [row["domain"] for row in found] == names[::-1]
    assert platform.calls.count("getDomains") == 3


def test_owners_have_their_names_and_secrets_are_left_out(browser: Client, platform: Platform) -> None:
    owner = platform.add_customer()
    platform.add_domain("example.com", customer=owner.id)
    web = SipAccountProperty(name="web_password", value="secret-of-the-web")
    platform.add_account("ada@example.com", owner=owner.id, groups=("free-pstn", "anonymous"), properties=(web,))
    answer = browser.get("/accounts/?as=csv").getvalue().decode()
    assert "secret" not in answer
    assert platform.account().ha1 not in answer
    (row,) = rows(browser, "/accounts/?as=csv")
    assert row["id"] == "ada@example.com"
    assert row["owner"] == f"Harbour Clinic · {owner.id}"
    assert set(row["groups"].split("; ")) == {"free-pstn", "anonymous"}


def test_texts_that_look_like_formulas_are_guarded(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com", first_name="=1+1")
    assert rows(browser, "/accounts/?as=csv")[0]["firstName"] == "'=1+1"


def test_targets_of_a_number_are_in_one_cell(browser: Client, world: Platform) -> None:
    row = next(row for row in rows(browser, "/enum/numbers/?as=csv") if row["number"] == "31208005169")
    assert (row["tld"], row["mappings"]) == ("e164.arpa", "sip sip:ada@example.com 5 3600")


@pytest.mark.parametrize(
    "url",
    [
        *("/customers/all/", "/domains/", "/accounts/", "/aliases/", "/enum/ranges/", "/enum/numbers/"),
        *("/lcr/routes/", "/lcr/carriers/", "/lcr/gateways/", "/lcr/rules/", "/lcr/peers/"),
    ],
)
def test_every_list_of_records_is_given_to_those_who_may_see_it_and_no_more(
    people: dict[str, Client], url: str
) -> None:
    assert len(rows(people["operator"], f"{url}?as=csv")) >= 2
    mine, theirs = (str(rows(people[name], f"{url}?as=csv")) for name in ("reseller", "another reseller"))
    assert mine != theirs
    assert "secret-of" not in mine + theirs
    assert "Lindenfunk" not in mine
    assert people["anonymous"].get(f"{url}?as=csv").status_code == 302
    assert people["subscriber"].get(f"{url}?as=csv").status_code == 404


def test_subscribers_export_only_their_own_contacts(people: dict[str, Client], world: Platform) -> None:
    ada = SipId.parse("ada@example.com")
    world.ngnpro.sip.add_phonebook_entry(ada, PhonebookEntry(uri="sip:eve@example.com", name="Eve", group="vip"))
    url = "/accounts/ada@example.com/contacts/?as=csv"
    assert [row["uri"] for row in rows(people["subscriber"], url)] == ["sip:eve@example.com"]
    assert people["another subscriber"].get(url).status_code == 404


def head(browser: Client, url: str) -> list[str]:
    return next(csv.reader(io.StringIO(browser.get(url).getvalue().decode("utf-8-sig"))))


def test_an_empty_list_has_its_head(browser: Client, platform: Platform) -> None:
    assert head(browser, "/domains/?as=csv") == list(resources()["domain", ""].exported_columns)


def test_every_export_has_the_columns_that_its_room_states(people: dict[str, Client], world: Platform) -> None:
    urls = {name: reverse(f"{one.room}:list") for (name, _part), one in LISTED.items()}
    heads = {name: head(people["operator"], f"{url}?as=csv") for name, url in urls.items() if name != "customer"}
    heads["customer"] = head(people["operator"], f"{reverse('customers:search')}?as=csv")
    assert heads == {name: list(one.exported_columns) for (name, _part), one in LISTED.items()}
    contacts = resources()["account", "phonebook"]
    url = reverse("accounts:contacts:list", args=["ada@example.com"])
    assert head(people["operator"], f"{url}?as=csv") == list(contacts.columns)


@pytest.mark.parametrize("resource", LISTED.values(), ids=lambda one: one.name)
def test_a_room_states_the_columns_of_its_record_and_leaves_out_hashes_only(resource: Resource) -> None:
    assert resource.record is not None
    members = list(members_of(resource.record))
    assert sorted(resource.columns) == sorted(set(members) - {"ha1", "ha1b"})
    assert resource.columns[0] == members[0], "the key comes first"


def test_every_list_states_its_columns_or_is_of_the_portals_own_records() -> None:
    listing = {
        room.name
        for module, room in zip(settings.ROOMS, rooms().values(), strict=True)
        for page in room.pages
        if is_list(import_string(f"{module}.views.{page.view}"))
    }
    without_columns = listing - {one.room for one in resources().values() if one.columns}
    assert without_columns == {"lcr:samples", "mail:outbox", "people:operators"}


def is_list(view: object) -> bool:
    return isinstance(view, type) and issubclass(view, ListView)


def members_of(record: type[Record]) -> Iterator[str]:
    """Yield the wire names of a record's members; a key that is a record without a text of its own is its members."""
    for name, kind in typing.get_type_hints(record).items():
        if name in shape_of(record).wire_names:
            nested = isinstance(kind, type) and issubclass(kind, Record) and kind is not SipId
            yield from members_of(kind) if nested else [shape_of(record).wire_names[name]]


def test_lists_of_the_portal_itself_have_no_spreadsheet(browser: Client, platform: Platform) -> None:
    assert browser.get("/operators/?as=csv").status_code == 404
    assert "CSV" not in Page(browser.get("/operators/")).text


def test_a_wrong_filter_and_an_outage_are_pages(browser: Client, platform: Platform) -> None:
    assert browser.get("/domains/?as=csv&customer=Nobody+knows").status_code == 422
    platform.cut()
    assert browser.get("/domains/?as=csv").status_code == 503
