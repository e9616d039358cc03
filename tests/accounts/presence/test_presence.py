"""The presence of an account: from the browser to the tables of the SIP proxy and back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from sqlalchemy import select

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.presence import presence_metadata, presentity, watchers
from ngnpro_wire.codec import encode_reply
from ngnpro_wire.schema import WSDL_PATH, load_schema
from portal.ngnpro.gate import Gate
from portal.ngnpro.records import PresenceInformation, SipId
from tests.support.fault_injection import Answer, Serve
from tests.support.journal import latest
from tests.support.page_cases import ADA, ConflictCases, OpeningCases, PageCase, ViewerCases
from tests.support.pages import Page
from tests.support.portal import Connect, Platform
from tests.support.wsgi import wsgi_session

URL = "/accounts/ada@example.com/presence/"


@pytest.fixture
def present(world: Platform) -> Platform:
    """A platform whose SIP proxy has presence."""
    with transaction(world.server.proxy, write=True) as connection:
        presence_metadata.create_all(connection)
    return world


class PresenceCase(PageCase):
    url = URL
    forms: ClassVar = {"": {"activity": "busy", "note": "Back at 3"}}

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        return platform.ngnpro.presence.get_presence_information(SipId.parse(address))


@pytest.mark.usefixtures("present")
class TestPage(PresenceCase, OpeningCases, ConflictCases):
    kept: ClassVar = {"": ("activity", "note")}
    calls = ("getAccount", "getPresenceInformation", "getWatchers", "getPolicy")

    def change_meanwhile(self, platform: Platform) -> None:
        platform.ngnpro.presence.set_presence_information(SipId.parse(ADA), PresenceInformation(activity="idle"))


@pytest.mark.usefixtures("present")
class TestViewers(PresenceCase, ViewerCases):
    buttons = ("Save presence",)
    is_for_subscribers = False


def save(browser: Client, **typed: str) -> Any:
    return browser.post(URL, Page(browser.get(URL)).form_data() | typed)


def test_a_presence_is_published_journalled_and_withdrawn(browser: Client, present: Platform) -> None:
    assert save(browser, activity="busy", note="Back at 3").status_code == 302
    with transaction(present.server.proxy, write=False) as connection:
        body = connection.execute(select(presentity.c.body)).scalar_one()
    assert b"Back at 3" in body
    assert (latest().operation, latest().part) == ("setPresenceInformation", "presence")
    assert Page(browser.get(URL)).value_of("activity") == "busy"
    save(browser, activity="", note="")
    with transaction(present.server.proxy, write=False) as connection:
        assert connection.execute(select(presentity.c.id)).all() == []


def test_watchers_are_listed_in_words(browser: Client, present: Platform) -> None:
    row = {"presentity_uri": f"sip:{ADA}", "watcher_username": "<bob>", "watcher_domain": "x.example"}
    with transaction(present.server.proxy, write=True) as connection:
        connection.execute(watchers.insert().values(**row, event="presence", status=2, inserted_time=0))
    assert Page(browser.get(URL)).rows() == [["<bob>@x.example", "waits for an answer"]]


def test_the_policy_of_a_server_that_stores_one_is_shown_by_the_names_of_its_members(
    browser: Client, present: Platform, connect: Connect, tmp_path: Path
) -> None:
    assert "Who may see it" not in Page(browser.get(URL)).text
    member = '<xsd:all><xsd:element name="whoMaySee" type="xsd:string" minOccurs="0"/></xsd:all>'
    policy = re.compile(r'(?s)(<xsd:complexType name="PresencePolicy">.*?)<xsd:all/>')
    wsdl = tmp_path / "theirs.wsdl"
    wsdl.write_text(policy.sub(rf"\g<1>{member}", WSDL_PATH.read_text(), count=1))
    theirs = load_schema(wsdl)

    def answer(_request: object, serve: Serve) -> Answer:
        body = encode_reply(theirs, theirs.operation("Presence", "getPolicy"), {"whoMaySee": "<colleagues>"})
        return replace(serve(), body=body)

    present.handle(["getPolicy"], answer)
    connect(Gate(replace(present.ngnpro.engine, wsdl=wsdl), wsgi_session(present.adapter.app)))
    assert "Who may see it whoMaySee <colleagues>" in Page(browser.get(URL)).text


def test_a_platform_without_presence_shows_nothing_and_refuses_to_publish(browser: Client, world: Platform) -> None:
    page = Page(browser.get(URL))
    assert page.value_of("activity") == ""
    assert "knows nobody who wants to see it" in page.text
    answer = save(browser, activity="busy")
    assert answer.status_code == 422
    assert "This platform does not offer it." in Page(answer).text
