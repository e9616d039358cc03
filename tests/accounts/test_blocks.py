"""Who blocked an account: the portal lets no lower level lift the block, even if the server does not enforce this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from sqlalchemy import delete, insert, literal, select, update

from ngnpro_server.store.schema import account_properties, sip_accounts
from ngnpro_wire.facts.blocks import MARK
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import errors
from portal.ngnpro.records import SipAccountProperty
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import Platform

RECORD = "/accounts/ada@example.com/"
EDIT, DELETE = f"{RECORD}edit/", f"{RECORD}delete/"
SENTENCE = "Only the reseller can unblock or delete it."


@pytest.fixture
def lenient(world: Platform) -> Callable[[], None]:
    """Make our server forget who set the block, like a server that enforces nothing; the note remains."""

    def forget() -> None:
        with world.server.engine.begin() as connection:
            marked = select(sip_accounts.c.id, literal(MARK), literal("0")).where(sip_accounts.c.blocked_level == 2)
            connection.execute(insert(account_properties).from_select(["account_id", "name", "value"], marked))
            connection.execute(update(sip_accounts).values(blocked_level=0))

    return forget


def note(world: Platform) -> str:
    return world.account().get_property("blocked_by")


def edited(browser: Client, **typed: Any) -> Any:
    data = Page(browser.get(EDIT)).form_data()
    return browser.post(EDIT, data | typed)


@pytest.fixture
def blocked(people: dict[str, Client], lenient: Callable[[], None]) -> dict[str, Client]:
    """The reseller has blocked the account on its edit form, on a server that does not enforce blocks."""
    assert edited(people["reseller"], groups=["blocked"]).status_code == 302
    lenient()
    return people


@pytest.mark.parametrize(
    ("person", "by"), [("operator", "reseller"), ("reseller", "reseller"), ("customer", "customer")]
)
def test_the_form_for_editing_sends_who_blocks(
    people: dict[str, Client], world: Platform, person: str, by: str
) -> None:
    world.forget_calls()
    edited(people[person], groups=["blocked"])
    (sent,) = [one.body for one in world.adapter.requests if b"updateAccount" in (one.body or b"")]
    assert f"<value>{by}</value>".encode() in sent.replace(b"ns0:", b"").replace(b' xsi:type="xsd:string"', b"")
    assert note(world) == by
    edited(people[person], groups=[])
    assert (world.account().groups, note(world)) == ((), "")


def test_the_form_offers_a_customer_no_way_to_lift_the_resellers_block(
    people: dict[str, Client], world: Platform
) -> None:
    edited(people["reseller"], groups=["blocked"])
    customer = people["customer"]
    assert SENTENCE in Page(customer.get(EDIT)).text
    assert edited(customer, groups=[], last_name="King").status_code == 302
    assert (world.account().groups, note(world), world.account().last_name) == (("blocked",), "reseller", "King")


def test_a_customer_cannot_delete_what_the_reseller_blocked(blocked: dict[str, Client], world: Platform) -> None:
    customer = blocked["customer"]
    assert SENTENCE in Page(customer.get(DELETE)).text
    answer = customer.post(DELETE, {"name": "ada@example.com"})
    assert answer.status_code == 422
    assert SENTENCE in Page(answer).text
    assert world.account().groups == ("blocked",)


def test_a_customer_cannot_delete_its_domain_either(blocked: dict[str, Client], world: Platform) -> None:
    answer = blocked["customer"].post("/domains/example.com/delete/", {"name": "example.com"})
    assert answer.status_code == 422
    assert SENTENCE in Page(answer).text
    assert world.account().groups == ("blocked",)


def test_an_undo_does_not_lift_a_block(blocked: dict[str, Client], world: Platform) -> None:
    entry = latest()
    page = blocked["customer"].get(f"/journal/{entry.pk}/undo/")
    assert SENTENCE in Page(page).text
    assert blocked["customer"].post(f"/journal/{entry.pk}/undo/").status_code == 409
    assert world.account().groups == ("blocked",)
    assert blocked["reseller"].post(f"/journal/{entry.pk}/undo/").status_code == 302
    assert (world.account().groups, note(world)) == ((), "")


def test_a_block_without_a_note_is_not_the_customers_to_lift(
    people: dict[str, Client], world: Platform, lenient: Callable[[], None]
) -> None:
    world.ngnpro.sip.add_to_group(world.account().id, "blocked")
    lenient()
    world.ngnpro.sip.update_account(replace(world.account(), properties=()))
    lenient()
    people["customer"].post(f"{RECORD}groups/unblock/")
    assert world.account().groups == ("blocked",)


def test_a_block_of_another_program_may_be_the_operators(
    people: dict[str, Client], world: Platform, lenient: Callable[[], None]
) -> None:
    """CDRTool notes the reseller for every block from above a customer."""
    lenient()
    by_cdrtool = (SipAccountProperty(name="blocked_by", value="reseller"),)
    world.ngnpro.sip.update_account(replace(world.account(), groups=("blocked",), properties=by_cdrtool))
    lenient()
    with world.server.engine.begin() as connection:
        connection.execute(delete(account_properties).where(account_properties.c.name == MARK))
    page = Page(people["reseller"].get(RECORD))
    assert "by the reseller or the operator" in page.text
    people["reseller"].post(f"{RECORD}groups/unblock/")
    assert world.account().groups == ("blocked",)
    people["operator"].post(f"{RECORD}groups/unblock/")
    assert world.account().groups == ()


def test_a_user_cannot_delete_a_blocked_account(
    people: dict[str, Client], world: Platform, lenient: Callable[[], None]
) -> None:
    edited(people["customer"], groups=["blocked"])
    lenient()
    answer = people["subscriber"].post(f"{RECORD}removal/", follow=True)
    assert "Only the customer or the reseller can unblock or delete it." in Page(answer).text


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUBSCRIBER])
def test_no_write_of_any_page_lifts_a_block(blocked: dict[str, Client], world: Platform, role: Role) -> None:
    before, made = world.account(), Writes(Author(Viewer(role)))
    own = (SipAccountProperty(name="blocked_by", value="customer"),)
    for after in (None, replace(before, groups=()), replace(before, properties=own)):
        with pytest.raises(errors.NotPermitted, match="Only the reseller"), made.change(before, after):
            raise AssertionError
    with made.change(before, replace(before, last_name="King")):
        pass


def test_a_block_without_its_note_is_said_to_be_stored_in_part(people: dict[str, Client], world: Platform) -> None:
    world.refuse("Sip.updateAccount", code=FaultCode.VALUE_INVALID, text="properties: not this one.")
    page = Page(people["reseller"].post(f"{RECORD}groups/block/"))
    assert page.response.status_code == 409
    assert "Only a part of the change is stored" in page.text
    assert "Nothing was changed" not in page.text
    assert "blocked" in world.account().groups
