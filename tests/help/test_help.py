"""The help: documents as pages, who sees which, links and anchors that lead somewhere, and the search."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import resolve

from portal.core.rooms import help_of_room, pages, rooms
from portal.core.viewer import Role, Viewer
from portal.help.documents import documents, render_document
from portal.help.readers import SHELVES, document_for, is_for, may_read
from tests.support.pages import Page
from tests.test_access import address

HREF = re.compile(r'href="([^"]*)"')
ROLES = [role for role in Role if role is not Role.NOBODY]


def anchors(name: str) -> set[str]:
    return {part.anchor for part in documents()[name].parts}


def test_a_document_is_rendered_with_tables_code_and_anchors() -> None:
    text = "# Title\n\nThe lead\ngoes on. And on.\n\n## Do not disturb!\n\n| a | b |\n|---|---|\n| `x` | <b>y</b> |\n"
    document = render_document("one", text, {})
    assert (document.title, document.lead) == ("Title", "The lead goes on.")
    assert '<h2 id="do-not-disturb">Do not disturb!</h2>' in document.html
    assert "<td><code>x</code></td>" in document.html
    assert "&lt;b&gt;y&lt;/b&gt;" in document.html
    assert "<h1" not in document.html


def test_links_lead_to_pages_of_the_portal_and_those_to_other_files_are_only_text() -> None:
    links = "[a](../two.md#part), [b](../../examples/x.py), [c](https://example.com/), [d](javascript:alert(1))"
    text = f"# T\n\n{links}, ![p](p.png)"
    html = render_document("guides/one", text, {"two": None}).html
    assert '<a href="/help/two/#part">a</a>, b, <a href="https://example.com/">c</a>' in html
    assert "javascript:alert" not in html.replace("[d](javascript:alert(1))", "")
    assert "<img" not in html


def test_every_link_of_a_document_leads_to_a_page_and_a_part_that_exist() -> None:
    broken = []
    for name, document in documents().items():
        for href in HREF.findall(document.html):
            page, _hash, anchor = href.partition("#")
            if href.startswith("http"):
                continue
            target = resolve(page).kwargs["document"] if page else name
            if anchor and anchor not in anchors(target):
                broken.append((name, href))
    assert broken == []


def test_every_document_is_on_a_shelf() -> None:
    shelved = {name for shelf in SHELVES for name in shelf.names}
    assert shelved <= set(documents())
    assert {name for name in documents() if name not in shelved and not name.startswith("decisions/")} == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_may_open_links_to_help_that_the_role_may_read(role: Role) -> None:
    viewer = Viewer(role, account="ada@example.com" if role is Role.SUBSCRIBER else "")
    wrong = []
    for name, page in pages().items():
        found, _hash, anchor = help_of_room(name.rpartition(":")[0], own=role is Role.SUBSCRIBER).partition("#")
        if found and role in page.roles and not (may_read(viewer, found) and (not anchor or anchor in anchors(found))):
            wrong.append((name, found, anchor))
    assert wrong == []


def test_every_room_with_a_line_in_the_menu_has_help() -> None:
    assert [name for name, room in rooms().items() if room.menu and not (help_of_room(name) or room.own_help)] == []


def test_a_page_links_to_the_help_about_it(people: dict[str, Client]) -> None:
    links = Page(people["operator"].get("/enum/numbers/")).links()
    assert links["Help"] == "/help/guides/numbers/"
    own = Page(people["subscriber"].get("/accounts/ada@example.com/diversions/")).links()
    assert own["Help"] == "/help/guides/subscribers/#forward-calls"


@pytest.mark.parametrize("role", ROLES)
def test_documents_link_only_to_what_the_role_may_read(role: Role) -> None:
    links = [
        (name, link)
        for name in documents()
        if is_for(role, name)
        for link in re.findall(r'href="/help/([^"#]+)/', document_for(role, name).html)
    ]
    assert [(name, link) for name, link in links if not is_for(role, link)] == []
    assert links


def test_each_role_finds_its_own_documents_and_no_others(people: dict[str, Client]) -> None:
    shown = {
        person: set(Page(people[person].get("/help/")).links()) for person in ("operator", "customer", "subscriber")
    }
    assert {"Operations", "For customers", "Your telephone"} <= shown["operator"]
    assert "For customers" in shown["customer"]
    assert "Operations" not in shown["customer"]
    assert "Your telephone" in shown["subscriber"]
    assert "For customers" not in shown["subscriber"]
    assert people["customer"].get("/help/operations/").status_code == 404
    assert people["operator"].get("/help/operations/").status_code == 200
    assert people["operator"].get("/help/../README/").status_code == 404
    assert people["operator"].get("/help/nothing/").status_code == 404


def test_the_search_lists_headings_first_and_only_what_the_viewer_may_read(people: dict[str, Client]) -> None:
    page = Page(people["operator"].get("/help/", {"q": "backups"}))
    assert page.links()["Backups"] == "/help/operations/#backups"
    assert "of the help ha" in page.text
    assert "Backups" not in Page(people["subscriber"].get("/help/", {"q": "backups"})).links()
    nothing = Page(people["operator"].get("/help/", {"q": "<i>zzyzx</i>"}))
    assert "Nothing found" in nothing.text
    assert b"<i>zzyzx" not in nothing.response.content


def test_help_pages_ask_ngnpro_nothing_and_their_headings_do_not_skip_a_level(people: dict[str, Client]) -> None:
    page = Page(people["operator"].get("/help/operations/"))
    levels = [int(heading.tag[1]) for heading in page.root.xpath("//main//h1 | //main//h2 | //main//h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert address("help:page").startswith("/help/")
