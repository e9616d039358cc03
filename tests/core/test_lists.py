"""Lists: pages, sort orders, page links and filter texts."""

from __future__ import annotations

from typing import Any, Generic

import pytest
from django.http import QueryDict
from django.urls import get_resolver
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views import View

from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table, Window
from portal.core.views import ListView
from portal.ngnpro import OrderBy, Range

COLUMNS = (
    Column("domain", "Domain", sort="domain"),
    Column("note", "Note"),
    Column("changed", "Changed", sort="changeDate"),
)


class NoteTable(Table[dict[str, str]]):
    columns = COLUMNS
    caption = "Notes"


def window(query: str) -> Window:
    return Window(QueryDict(query), COLUMNS, "-changeDate")


def test_a_bare_list_shows_the_newest_change_first() -> None:
    assert window("").order_by == OrderBy("changeDate", "DESC")
    assert window("").range == Range(0, 25)


def test_sort_page_and_size_come_from_the_url() -> None:
    asked = window("sort=domain&page=3&size=50")
    assert asked.order_by == OrderBy("domain", "ASC")
    assert asked.range == Range(100, 50)


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "sort=-",
        "sort=note",
        "sort=domain%3Bdrop",
        "page=-1",
        "page=0",
        "page=x",
        "page=99999999999",
        "size=1000000",
        "size=²",
    ],
)
def test_names_and_numbers_that_are_not_on_the_list_count_as_not_given(query: str) -> None:
    assert window(query).order_by == OrderBy("changeDate", "DESC")
    assert window(query).range == Range(0, 25)


def test_a_url_keeps_the_filters_and_changes_only_what_is_asked() -> None:
    asked = window("domain=example.com&page=4&owner=")
    assert asked.url(page=5) == "?domain=example.com&page=5"
    assert asked.url_without("domain") == "?"


def test_a_click_on_the_sorted_column_turns_the_order_round() -> None:
    table = NoteTable([], 0, window("sort=domain"), names=None)  # type: ignore[arg-type]
    headers = {header.column.name: header for header in table.headers()}
    assert (headers["domain"].direction, headers["domain"].orders[0].url) == ("asc", "?sort=-domain")
    assert (headers["note"].direction, headers["note"].orders) == ("", ())
    assert headers["changed"].orders[0].url == "?sort=-changeDate"


def test_page_links_are_few_however_many_pages_there_are() -> None:
    table = NoteTable([{}], 1_000_000, window("page=500"), names=None)  # type: ignore[arg-type]
    assert [number for number, _url, _current in table.page_links()] == [1, None, 499, 500, 501, None, 40000]
    assert (table.first, table.last) == (12476, 12476)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("", ""),
        ("ann", "ann%"),
        ("ann*", "ann%"),
        ("*ann", "%ann"),
        ("a*b", "a%b"),
        ("50%", r"50\%%"),
        ("john_doe", r"john\_doe%"),
        ("*100%_*", r"%100\%\_%"),
        ("back\\slash", r"back\\slash%"),
    ],
)
def test_only_an_asterisk_is_a_wildcard(typed: str, sent: str) -> None:
    assert filter_pattern(typed) == sent


class DrawnTable(NoteTable):
    def cell_note(self, record: dict[str, str]) -> str | SafeString:
        return format_html("<b>{}</b>", record["note"]) if record["note"] else record["note"]

    def cell_domain(self, record: dict[str, str]) -> str:
        return record["domain"]

    def cell_changed(self, record: dict[str, str]) -> object:
        return record["changed"]


def test_rows_are_drawn_with_what_is_text_escaped_and_what_is_html_as_it_is() -> None:
    rows = [{"domain": "<i>x", "note": "a & b", "changed": 12}, {"domain": "y", "note": "", "changed": None}]
    table = DrawnTable(rows, 2, window(""), names=None)  # type: ignore[arg-type]
    assert table.body() == (
        '<tr><th scope="row" class="">&lt;i&gt;x</th><td class="" data-label="Note"><b>a &amp; b</b></td>'
        '<td class="" data-label="Changed">12</td></tr>\n'
        '<tr><th scope="row" class="">y</th><td class="" data-label="Note"></td>'
        '<td class="" data-label="Changed">None</td></tr>\n'
    )


def list_views(view: type[ListView[Any]]) -> list[type[ListView[Any]]]:
    return [view, *(below for one in view.__subclasses__() for below in list_views(one))]


def test_a_list_view_inherits_from_four_classes_of_the_portal_at_most() -> None:
    assert get_resolver().url_patterns
    bases = {view.__name__: set(view.__mro__[1:]) - {View, Generic, object} for view in list_views(ListView)}
    assert {name: found for name, found in bases.items() if len(found) > 4} == {}
