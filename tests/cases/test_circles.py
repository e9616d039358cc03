"""Circles that other servers store, and short codes: both are told where people look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from ngnpro_server.store.accounts import find_account
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import sip_aliases
from ngnpro_server.store.settings import set_diversions
from ngnpro_wire.codec import Request
from ngnpro_wire.watch import WATCH
from portal.core.short_codes import is_emergency_number, remark_on_name, remark_on_target
from portal.core.sip_accounts import why_target_is_unreachable
from portal.ngnpro.records import EnumRange, EnumRangeId, SipAlias, SipId
from tests.support.fault_injection import EVERY, Answer
from tests.support.pages import Page
from tests.support.portal import Platform

ONE, TWO, STRAIGHT = (SipId.parse(f"{name}@example.com") for name in ("one", "two", "straight"))


@pytest.fixture
def circle(world: Platform) -> Platform:
    """Two aliases that point to each other, as servers without our check store them."""
    for alias, target in ((ONE, "ada"), (TWO, "ada"), (STRAIGHT, "ada")):
        world.ngnpro.sip.add_alias(SipAlias(id=alias, target=SipId.parse(f"{target}@example.com")))
    with transaction(world.server.engine, write=True) as connection:
        for alias, target in ((ONE, TWO), (TWO, ONE)):
            changed = sip_aliases.update().where(sip_aliases.c.username == alias.username)
            connection.execute(changed.values(target_username=target.username))
    return world


def test_a_circle_of_aliases_is_told_after_saving(circle: Platform) -> None:
    assert "point in a circle" in why_target_is_unreachable(circle.ngnpro, ONE)
    assert "is itself an alias, of ada" in why_target_is_unreachable(circle.ngnpro, STRAIGHT)


def test_the_check_lists_aliases_in_circles(browser: Client, circle: Platform) -> None:
    page = Page(browser.get("/lcr/lint/"))
    assert page.text.count("It leads back to itself through") == 2
    assert str(STRAIGHT) not in page.text


@pytest.fixture
def diverted(world: Platform) -> Platform:
    """Two accounts whose diversions lead to each other, and one whose diversion leads out."""
    targets = {"alice": "bob", "bob": "alice", "carol": "ada"}
    for name in targets:
        world.add_account(f"{name}@example.com")
    with transaction(world.server.engine, write=True) as connection:
        for name, target in targets.items():
            account = find_account(connection, name, "example.com")
            assert account is not None
            set_diversions(connection, account["id"], {"FUNC": f"sip:{target}@example.com"})
    return world


def test_the_check_lists_diversions_in_circles(browser: Client, diverted: Platform) -> None:
    page = Page(browser.get("/lcr/lint/"))
    assert page.text.count("goes round in a circle") == 2
    assert "/accounts/alice@example.com/diversions/" in page.links().values()
    assert "could not be looked at" not in page.text


def test_the_check_says_that_other_servers_do_not_list_diversions(browser: Client, world: Platform) -> None:
    def foreign(_request: Request, serve: Callable[[], Answer]) -> Answer:
        answer = serve()
        answer.headers[:] = [one for one in answer.headers if one[0] != WATCH]
        return answer

    world.handle((EVERY,), foreign)
    text = Page(browser.get("/lcr/lint/")).text
    assert "Diversions could not be looked at" in text
    assert "No findings in what was looked at." in text


def test_the_check_lists_ranges_of_two_customers_that_overlap(browser: Client, world: Platform) -> None:
    account = world.account()
    for prefix, customer in (("4930", 0), ("493090", account.customer), ("49309018", account.customer), ("4931", 0)):
        record = EnumRange(id=EnumRangeId(prefix=prefix), min_digits=10, max_digits=10, customer=customer)
        world.ngnpro.enum.add_range(record)
    world.forget_calls()
    page = Page(browser.get("/lcr/lint/"))
    inner = {row[0] for row in page.rows() if "It is a part of the range" in row[2]}
    assert {"+493090493090", "+4930901849309018"} <= inner
    assert not {"+49304930", "+49314931"} & inner
    assert "/enum/ranges/493090/e164.arpa/" in page.links().values()
    assert world.calls.count("getRanges") == 1
    theirs = Page(browser.get("/lcr/lint/", {"reseller": "3"})).rows()
    assert [row[0] for row in theirs] == ["+49309004930900"]


@pytest.mark.parametrize(("user", "is_emergency"), [("112", True), ("911", True), ("100200", False), ("*97", False)])
def test_short_codes_have_a_remark(user: str, is_emergency: bool) -> None:
    assert is_emergency_number(user) is is_emergency
    has_remark = user != "100200"
    assert bool(remark_on_name(user)) is has_remark
    assert bool(remark_on_target(user)) is has_remark


def test_an_alias_and_a_diversion_with_a_short_code_are_remarked_on(browser: Client, world: Platform) -> None:
    answer = browser.post("/aliases/add/", {"alias": "112@example.com", "target": "ada@example.com"}, follow=True)
    assert "112 is an emergency number" in Page(answer).text
    page = "/accounts/ada@example.com/diversions/"
    form = Page(browser.get(page)).form_data() | {"func": "other", "func_other": "*97"}
    assert "*97 is a code of a service" in Page(browser.post(page, form)).text
