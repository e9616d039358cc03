"""Tests that every room with a list and forms must pass; a room's test class inherits them and declares its data."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.test import Client

from ngnpro_wire.codec import decode_request
from ngnpro_wire.schema import load_schema
from portal.core.resources import Resource, require_declared
from portal.core.rooms import resources
from portal.ngnpro import Query
from portal.ngnpro import RecordPage as RecordPage
from portal.ngnpro.records.base import shape_of
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE_SIZE = 25


class RoomCase(ABC):
    """The data of a room: the URL of its list, the name of its resource and part, and records for the tests.

    ``key`` is the variable part of the URLs of the record that ``add_one(platform, 0)`` adds, and ``pages`` are the
    ends of the URLs of its pages, among them ``edit_page``. What the records need is added by an autouse fixture.
    """

    url: ClassVar[str]
    resource_name: ClassVar[str]
    part: ClassVar[str] = ""
    key: ClassVar[str]
    pages: ClassVar[tuple[str, ...]] = ("", "edit/", "delete/")
    edit_page: ClassVar[str] = "edit/"

    @abstractmethod
    def add_one(self, platform: Platform, number: int) -> None:
        """Add a record directly on the platform; ``number`` is different for each record."""

    @property
    def resource(self) -> Resource:
        return resources()[self.resource_name, self.part]

    def clear(self, platform: Platform) -> None:
        """Delete all records of the room."""
        for record in self.records(platform):
            require_declared(self.resource.delete)(platform.ngnpro, record)

    def records(self, platform: Platform) -> RecordPage[Any]:
        """Return the records that the platform holds."""
        page: RecordPage[Any] = require_declared(self.resource.fetch)(platform.ngnpro, Query())
        return page

    def find(self, platform: Platform) -> Any:
        """Return the record with the key; ``None`` if there is none."""
        return require_declared(self.resource.find)(platform.ngnpro, self.key.replace("/", "@"))

    def values(self, record: Any) -> dict[str, Any]:
        """Return the values of a record that only its editors change, by member."""
        ignored = {"change_date"} | self.resource.read_only
        return {name: getattr(record, name) for name in shape_of(type(record)).wire_names if name not in ignored}

    @property
    def record_url(self) -> str:
        return f"{self.url}{self.key}/"

    @property
    def edit_url(self) -> str:
        return f"{self.record_url}{self.edit_page}"

    @property
    def add_url(self) -> str:
        return f"{self.url}add/"


class RowCases(RoomCase):
    """Tests of the rows of a list: its calls, sort orders and filters.

    ``list_calls`` are the operations of a page of the list, its own first. ``sorts`` are the sort orders; the first
    one sorts by values that are all different. ``filters`` map a query string to the number of rows, when three records
    exist.
    """

    list_calls: ClassVar[tuple[str, ...]]
    sorts: ClassVar[tuple[str, ...]]
    filters: ClassVar[Mapping[str, int]]

    def check_order(self, platform: Platform, rows: list[list[str]], order: str, direction: str) -> None:
        """Check that the latest call of the list asks NGNPro to sort by this attribute in this direction."""
        requests = [decode_request(load_schema(), request.body) for request in platform.adapter.requests]
        queries = [one.arguments["query"] for one in requests if one.operation.name == self.list_calls[0]]
        orders = [query["orderBy"] for query in queries if "orderBy" in query]
        assert (orders[-1]["attribute"], orders[-1]["direction"]) == (order, direction)

    def rows(self, browser: Client, query: str = "") -> list[list[str]]:
        answer = browser.get(f"{self.url}?size=50&{query}")
        assert answer.status_code == 200
        return Page(answer).rows()

    def test_a_list_page_makes_the_same_calls_however_long_it_is(self, browser: Client, platform: Platform) -> None:
        browser.get(self.url)
        for number in range(30):
            self.add_one(platform, number)
        browser.get(self.url)
        platform.forget_calls()
        rows, calls = self.rows(browser), list(platform.calls)
        assert sorted(calls) == sorted(self.list_calls)
        assert len(rows) == self.records(platform).total

    def test_every_sort_order_of_the_contract_sorts_the_list(self, browser: Client, platform: Platform) -> None:
        for number in range(3):
            self.add_one(platform, number)
        offered = set(re.findall(r"\?sort=-?(\w+)", browser.get(self.url).content.decode()))
        assert offered >= set(self.sorts)
        assert bool(offered) == bool(self.sorts)
        for order in self.sorts:
            up = self.rows(browser, f"sort={order}")
            self.check_order(platform, up, order, "ASC")
            down = self.rows(browser, f"sort=-{order}")
            self.check_order(platform, down, order, "DESC")
            assert sorted(up) == sorted(down), order
        for unique in self.sorts[:1]:
            assert self.rows(browser, f"sort={unique}") == self.rows(browser, f"sort=-{unique}")[::-1]

    def test_filters_find_matching_records(self, browser: Client, platform: Platform) -> None:
        for number in range(3):
            self.add_one(platform, number)
        found = {query: len(self.rows(browser, query)) for query in self.filters}
        assert found == self.filters


class NumberedCases(RowCases):
    """Tests of a list whose pages have numbers; includes ``RowCases``."""

    def test_a_page_past_the_end_redirects_to_the_last_one(self, browser: Client, platform: Platform) -> None:
        for number in range(PAGE_SIZE + 1):
            self.add_one(platform, number)
        assert browser.get(f"{self.url}?page=9").headers["Location"] == "?page=2"
        total = self.records(platform).total
        assert f"Rows 26 to {total} of {total}" in Page(browser.get(f"{self.url}?page=2")).text


class ListCases(NumberedCases):
    """Tests of a list that is empty at first and to which records can be added; includes ``NumberedCases``."""

    empty: ClassVar[str]

    def test_an_empty_list_offers_to_add_the_first_record(self, browser: Client, platform: Platform) -> None:
        self.clear(platform)
        page = Page(browser.get(self.url))
        assert self.empty in page.text
        assert self.add_url in page.links().values()


class AddCases(RoomCase):
    """Tests of the form that adds a record: ``typed`` is entered, and its field ``kept`` must survive an error.

    ``added`` is what the page says afterwards.
    ``refused`` lists fields with values that NGNPro refuses once ``add_one(platform, 0)`` exists, and ``invalid``
    fields with values that are not sent to NGNPro at all.
    """

    typed: ClassVar[Mapping[str, str]]
    added: ClassVar[str] = "was added"
    kept: ClassVar[str]
    refused: ClassVar[tuple[tuple[str, str], ...]]
    invalid: ClassVar[tuple[tuple[str, str], ...]]

    def add(self, browser: Client, **typed: str) -> Page:
        return Page(browser.post(self.add_url, {**self.typed, **typed}, follow=True))

    def test_a_record_is_added_and_listed(self, browser: Client, platform: Platform) -> None:
        before = self.records(platform).total
        page = self.add(browser)
        assert self.added in page.text
        assert self.records(platform).total == before + 1
        assert len(Page(browser.get(self.url)).rows()) == before + 1

    def test_a_refusal_lands_on_its_field_and_nothing_typed_is_lost(self, browser: Client, platform: Platform) -> None:
        self.add_one(platform, 0)
        before = self.records(platform).total
        for name, value in self.refused:
            page = self.add(browser, **{name: value})
            assert page.response.status_code == 422, name
            assert page.error_of(name), name
            assert page.value_of(self.kept) == {**self.typed, name: value}[self.kept], name
        assert self.records(platform).total == before

    def test_invalid_input_is_explained_beside_its_field_and_not_sent(
        self, browser: Client, platform: Platform
    ) -> None:
        platform.forget_calls()
        for name, value in self.invalid:
            page = self.add(browser, **{name: value})
            assert page.response.status_code == 422, (name, value)
            assert page.error_of(name), (name, value)
            if name != self.kept:
                assert page.value_of(self.kept) == self.typed[self.kept], (name, value)
        assert [call for call in platform.calls if not call.startswith("get")] == []


class SaveCases(RoomCase):
    """Tests of saving the edit form: ``edited`` is a field and two new values, ``member`` its name in records."""

    edited: ClassVar[tuple[str, str, str]]
    member: ClassVar[str]

    def open_form(self, browser: Client) -> dict[str, Any]:
        return Page(browser.get(self.edit_url)).form_data()

    def test_an_edit_changes_only_what_was_typed(self, browser: Client, platform: Platform) -> None:
        self.add_one(platform, 0)
        before = self.find(platform)
        name, value, _other = self.edited
        assert browser.post(self.edit_url, self.open_form(browser) | {name: value}).status_code == 302
        after = self.find(platform)
        old, new = self.values(before), self.values(after)
        assert {member: str(new[member]) for member in new if new[member] != old[member]} == {self.member: value}


class ConflictCases(SaveCases):
    """Tests of the edit form of two people who change the same record; includes ``SaveCases``."""

    def test_an_edit_conflict_is_shown_before_anything_is_overwritten(
        self, browser: Client, platform: Platform
    ) -> None:
        self.add_one(platform, 0)
        name, first, second = self.edited
        mine, theirs = self.open_form(browser), self.open_form(browser)
        assert browser.post(self.edit_url, theirs | {name: first}).status_code == 302
        page = Page(browser.post(self.edit_url, mine | {name: second}))
        assert page.response.status_code == 409
        assert "Someone else changed this record" in page.text
        assert [row[2:] for row in page.rows()] == [[first, second]]
        assert page.value_of(name) == second
        assert str(getattr(self.find(platform), self.member)) == first
        assert browser.post(self.edit_url, page.form_data()).status_code == 302
        assert str(getattr(self.find(platform), self.member)) == second


class EditCases(ConflictCases):
    """Tests of the edit form during outages of NGNPro; includes ``ConflictCases``."""

    def test_an_edit_while_ngnpro_does_not_answer_keeps_what_was_typed(
        self, browser: Client, platform: Platform
    ) -> None:
        self.add_one(platform, 0)
        before = self.find(platform)
        name, value, _other = self.edited
        data = self.open_form(browser) | {name: value}
        platform.cut()
        for end in self.pages:
            assert browser.get(f"{self.record_url}{end}").status_code == 503, end
        page = Page(browser.post(self.edit_url, data))
        assert page.response.status_code == 503
        assert page.value_of(name) == value
        platform.mend()
        assert self.find(platform) == before
        assert browser.post(self.edit_url, data | page.form_data()).status_code == 302
        assert str(getattr(self.find(platform), self.member)) == value


class DeleteCases(RoomCase):
    """Tests of the page that deletes a record; ``deleted`` is what the next page says."""

    deleted: ClassVar[str] = "was deleted"

    def test_a_record_is_deleted_by_post_only(self, browser: Client, platform: Platform) -> None:
        self.add_one(platform, 0)
        assert browser.get(f"{self.record_url}delete/").status_code == 200
        assert self.find(platform) is not None
        page = Page(browser.post(f"{self.record_url}delete/", follow=True))
        assert self.deleted in page.text
        assert self.find(platform) is None

    def test_the_pages_of_a_record_that_does_not_exist_are_404(self, browser: Client, platform: Platform) -> None:
        answers = [browser.get(f"{self.record_url}{page}").status_code for page in self.pages]
        assert answers == [404] * len(self.pages)


class DependentCases(DeleteCases):
    """Tests of the page that deletes a record together with others: ``typed_name`` must be typed to confirm."""

    typed_name: ClassVar[str]

    @abstractmethod
    def add_dependent(self, platform: Platform) -> None:
        """Add a record that is deleted together with the one of ``add_one(platform, 0)``."""

    def test_a_record_with_dependents_is_deleted_by_its_typed_name(self, browser: Client, platform: Platform) -> None:
        self.add_one(platform, 0)
        self.add_dependent(platform)
        assert "Delete all 2 records" in Page(browser.get(f"{self.record_url}delete/?name={self.typed_name}")).text
        for typed in ({}, {"name": "another name"}):
            answer = browser.post(f"{self.record_url}delete/", typed)
            assert answer.status_code == 422
            assert "Nothing was deleted" in Page(answer).text
        assert self.find(platform) is not None
        assert browser.post(f"{self.record_url}delete/", {"name": self.typed_name}).status_code == 302
        assert self.find(platform) is None


class OutageCases(AddCases):
    """Tests of the list and the add form during an outage of NGNPro; includes ``AddCases``."""

    def test_while_ngnpro_does_not_answer_the_list_is_a_503(self, browser: Client, platform: Platform) -> None:
        platform.cut()
        answer = browser.get(self.url)
        page = Page(answer)
        assert answer.status_code == 503
        assert "NGNPro does not answer" in page.text
        assert "Nothing was being saved" in page.text
        assert page.root.xpath("//*[@data-retry=$url]", url=self.url)
        platform.mend()
        assert browser.get(self.url).status_code == 200

    def test_an_add_while_ngnpro_does_not_answer_keeps_what_was_typed(
        self, browser: Client, platform: Platform
    ) -> None:
        before = self.records(platform).total
        browser.get(self.add_url)
        platform.cut()
        page = self.add(browser)
        assert page.response.status_code == 503
        assert page.value_of(self.kept) == self.typed[self.kept]
        platform.mend()
        assert self.records(platform).total == before
