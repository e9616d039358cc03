"""Two NGNPro servers with equal customer ids: no one reads or undoes what was written to the other server."""

from __future__ import annotations

import csv
import dataclasses
import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from portal.journal.models import EntryReader, JournalEntry
from portal.ngnpro import Engine
from portal.ngnpro.gate import Gate
from portal.people.operators.models import Operator
from tests.support.journal import fill, latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Connect, Platform, signed_in
from tests.support.server import make_server
from tests.support.wsgi import wsgi_session


@pytest.fixture
def second(world: Platform, connect: Connect, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A second server, on which reseller 1 is called Northern and has a customer with a domain."""
    other = make_server(tmp_path_factory.mktemp("second"))
    first = world.ngnpro.engine
    engine = dataclasses.replace(first, name="second", url="http://second.test/")
    connect(world.ngnpro.gate, Gate(engine, wsgi_session(other.app)))
    names = {"first_name": "firstName", "last_name": "lastName"}
    members = {names.get(name, name): value for name, value in CUSTOMER.items()}
    for username, reseller in (("northern", 0), ("fjord", 1)):
        own = {"username": username, "email": f"{username}@example.com", "organization": username.title()}
        other.call("Customer", "addAccount", account={**members, **own, "reseller": reseller, "resellerActive": True})
    other.call("Sip", "addDomain", domain={"domain": "north.example", "customer": 2, "reseller": 1})
    return engine


def keys(browser: Client) -> list[str]:
    text = b"".join(browser.get("/journal/export/").streaming_content).decode()
    return [row[9] for row in list(csv.reader(text.splitlines()))[1:]]


@pytest.fixture
def written(second: Engine, operator: Operator) -> tuple[JournalEntry, JournalEntry]:
    """The entries of an operator who has changed a domain of reseller 1 on each server."""
    browser = signed_in("ines", PASSWORD)
    made = []
    for engine, domain in (("ngnpro", "example.com"), ("second", "north.example")):
        browser.post("/session/engine/", {"engine": engine})
        page = f"/domains/{domain}/edit/"
        browser.post(page, Page(browser.get(page)).form_data() | {"match_ip_address": "192.0.2.1"})
        made.append(latest())
    return made[0], made[1]


@pytest.mark.parametrize(
    ("person", "own", "foreign"),
    [("meridian", 0, 1), ("northern", 1, 0), ("harbour", 0, 1), ("fjord", 1, 0)],
)
def test_a_customer_with_the_same_number_on_another_server_does_not_see_it(
    written: tuple[JournalEntry, JournalEntry], person: str, own: int, foreign: int
) -> None:
    browser = signed_in(person, CUSTOMER["password"])
    assert keys(browser) == [written[own].key]
    assert browser.get(f"/journal/{written[own].pk}/").status_code == 200
    for page in ("", "undo/"):
        assert browser.get(f"/journal/{written[foreign].pk}/{page}").status_code == 404
    assert browser.post(f"/journal/{written[foreign].pk}/undo/").status_code == 404
    assert Page(browser.get(f"/journal/record/domain/{written[foreign].key}/")).rows() == []


def test_an_operator_reads_of_the_server_they_work_with_and_undoes_nothing_on_another(
    written: tuple[JournalEntry, JournalEntry], operator: Operator
) -> None:
    browser = signed_in("ines", PASSWORD)
    assert keys(browser) == ["example.com"]
    assert browser.post(f"/journal/{written[1].pk}/undo/").status_code == 404
    browser.post("/session/engine/", {"engine": "second"})
    assert keys(browser) == ["north.example"]


def test_entries_of_the_portal_itself_are_shown_with_every_server(second: Engine, operator: Operator) -> None:
    fill(1, engine="", kind="operator", key="bert")
    browser = signed_in("ines", PASSWORD)
    for engine in ("ngnpro", "second"):
        browser.post("/session/engine/", {"engine": engine})
        assert keys(browser) == ["bert"]


def test_an_operator_limited_to_a_reseller_stays_on_that_resellers_server(
    written: tuple[JournalEntry, JournalEntry],
) -> None:
    Operator.objects.create_user("limited", PASSWORD, tree=1, tree_engine="second")
    browser = signed_in("limited", PASSWORD)
    for engine in ("ngnpro", "second"):
        browser.post("/session/engine/", {"engine": engine})
        assert keys(browser) == ["north.example"]
        assert [row[0] for row in Page(browser.get("/domains/")).rows()] == ["north.example"]


def test_the_server_of_a_limited_operator_is_the_one_they_were_limited_on(second: Engine, operator: Operator) -> None:
    browser = signed_in("ines", PASSWORD)
    browser.post("/session/engine/", {"engine": "second"})
    page = Page(browser.get("/operators/add/"))
    browser.post("/operators/add/", page.form_data() | {"username": "limited", "tree": "Northern"})
    limited = Operator.objects.get(username="limited")
    assert (limited.tree, limited.tree_engine) == (1, "second")


def test_entries_of_before_are_of_the_usual_server(platform: Platform) -> None:
    (entry,) = fill(1, engine="")
    (own,) = fill(1, engine="", kind="operator", key="bert")
    EntryReader.objects.create(entry=entry, engine="", customer=5)
    migration: Any = importlib.import_module("portal.journal.migrations.0002_engine")
    migration.name_the_usual_one(apps, connection.schema_editor())
    assert dict(JournalEntry.objects.values_list("pk", "engine")) == {entry.pk: "ngnpro", own.pk: ""}
    assert list(EntryReader.objects.values_list("engine", flat=True)) == ["ngnpro"]
