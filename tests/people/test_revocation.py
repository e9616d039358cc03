"""A session ends when another person changes the credentials that it was started with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount, SipAccountProperty
from tests.support.portal import Platform

ADA = "/accounts/ada@example.com/"


@pytest.fixture(autouse=True)
def _all_signed_in(people: dict[str, Client]) -> None:
    for person in ("operator", "reseller", "customer", "subscriber", "another subscriber"):
        assert people[person].session


def writing(world: Platform, viewer: Viewer) -> tuple[Writes, Ngnpro]:
    """Return writes in a person's name, and the NGNPro client that reports to them."""
    writes = Writes(Author(viewer))
    return writes, Ngnpro(world.ngnpro.gate.engine, on_call=writes.note)


def change(world: Platform, after: SipAccount, viewer: Viewer | None = None) -> None:
    writes, ngnpro = writing(world, viewer or Viewer(Role.OPERATOR, login="ines"))
    with writes.change(world.account(), after):
        ngnpro.sip.update_account(after)


def is_in(browser: Client) -> bool:
    return browser.get(ADA).status_code == 200


def test_a_new_sip_password_ends_only_the_sessions_of_its_account(people: dict[str, Client], world: Platform) -> None:
    assert is_in(people["subscriber"])
    change(world, replace(world.account(), password="another-secret"))
    assert not is_in(people["subscriber"])
    assert is_in(people["operator"])
    assert people["another subscriber"].get("/accounts/bob@other.example/").status_code == 200


def test_a_new_web_password_also_ends_the_sessions(people: dict[str, Client], world: Platform) -> None:
    web = SipAccountProperty(name="web_password", value="another-secret")
    change(world, replace(world.account(), properties=(web,)))
    assert not is_in(people["subscriber"])


def test_other_changes_keep_the_sessions(people: dict[str, Client], world: Platform) -> None:
    change(world, replace(world.account(), last_name="King"))
    assert is_in(people["subscriber"])


def test_changing_the_own_password_keeps_the_own_session(people: dict[str, Client], world: Platform) -> None:
    own = Viewer(Role.SUBSCRIBER, login="ada@example.com", account="ada@example.com")
    change(world, replace(world.account(), password="another-secret"), own)
    assert is_in(people["subscriber"])


def test_deleting_an_account_ends_its_sessions(people: dict[str, Client], world: Platform) -> None:
    assert is_in(people["subscriber"])
    answer = people["operator"].post(f"{ADA}delete/", {"name": "ada@example.com"})
    assert answer.status_code == 302
    answer = people["subscriber"].get(ADA)
    assert (answer.status_code, answer.headers.get("Location", "")[:17]) == (302, "/session/sign-in/")


@pytest.mark.parametrize("person", ["reseller", "customer"])
def test_a_customers_new_password_ends_their_sessions(people: dict[str, Client], world: Platform, person: str) -> None:
    username = {"reseller": "meridian", "customer": "harbour"}[person]
    [customer] = [one for one in world.ngnpro.customers.iter_customers() if one.username == username]
    assert people[person].get("/domains/").status_code == 200
    writes, ngnpro = writing(world, Viewer(Role.OPERATOR, login="ines"))
    after = replace(customer, password="another-secret")
    with writes.change(customer, after):
        ngnpro.customers.update_account(after)
    assert people[person].get("/domains/").status_code == 302
