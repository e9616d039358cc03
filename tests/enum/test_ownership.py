"""Numbers and ranges of other customers are refused by the portal itself, through every door.

The server obeys everyone here: it lists all ranges to each person, and would store what they send.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.viewer import Role, Viewer
from portal.enum.ownership import NumberOwnership, RangeOwnership
from portal.ngnpro import errors
from portal.ngnpro.records import EnumId, EnumNumber, EnumRange, EnumRangeId
from portal.people.operators.models import Operator
from tests.support.api import make_token
from tests.support.jobs import do, imported, plan
from tests.support.obeying import obey
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform

TLD = "e164.arpa"
OWN, FOREIGN, THEIRS = "31208005170", "49309005170", "49309005169"
IN_FOREIGN = "This number is in a range of another customer."
OVERLAPS = "It overlaps with the range +49 309005, which belongs to another customer."
NUMBER_FORM = {
    "tld": TLD,
    "type_0": "sip",
    "mapto_0": "ada@example.com",
    "priority_0": "10",
    "type_1": "sip",
    "ttl_0": "300",
}
RANGE_FORM = {"tld": TLD, "min_digits": "11", "max_digits": "11", "ttl": "3600"}
WRITES = {"addNumber", "updateNumber", "deleteNumber", "addRange", "updateRange", "deleteRange", "addAccount"}


@pytest.fixture(params=["customer", "reseller"])
def person(request: pytest.FixtureRequest, world: Platform, people: dict[str, Client]) -> Client:
    """The browser of somebody whom the server obeys whatever they ask."""
    browser = people[request.param]
    assert browser.get("/").status_code in (200, 302)
    obey(world)
    return browser


def written(world: Platform) -> list[str]:
    return [one for one in world.calls if one in WRITES]


def test_the_page_adds_no_number_in_a_range_of_another_customer(world: Platform, person: Client) -> None:
    answer = person.post("/enum/numbers/add/", {"number": f"+{FOREIGN}", **NUMBER_FORM})
    assert (answer.status_code, written(world)) == (422, [])
    assert Page(answer).error_of("number") == IN_FOREIGN
    assert person.post("/enum/numbers/add/", {"number": f"+{OWN}", **NUMBER_FORM}).status_code == 302


@pytest.mark.parametrize("prefix", ["4930900", "49309005", "493"])
def test_the_page_adds_no_range_that_overlaps_with_one_of_another_customer(
    world: Platform, person: Client, prefix: str
) -> None:
    answer = person.post("/enum/ranges/add/", {"prefix": f"+{prefix}", **RANGE_FORM})
    assert (answer.status_code, written(world)) == (422, [])
    assert "which belongs to another customer" in Page(answer).error_of("prefix")
    assert person.post("/enum/ranges/add/", {"prefix": "+3120801", **RANGE_FORM}).status_code == 302


@pytest.mark.parametrize(("page", "ways"), [("numbers/49309005169", ("edit", "delete")), ("ranges/4930900", ("edit",))])
def test_records_of_another_customer_are_neither_changed_nor_deleted(
    world: Platform, person: Client, page: str, ways: tuple[str, ...]
) -> None:
    for what in ways:
        url = f"/enum/{page}/{TLD}/{what}/"
        answer = person.post(url, Page(person.get(url)).form_data() | {"info": "mine", "confirm": "yes"})
        assert answer.status_code in (409, 422)
        assert "belongs to another customer" in Page(answer).text
    assert written(world) == []


@pytest.mark.parametrize(
    ("kind", "file", "reason"),
    [
        ("number", f"number,tld,mappings\n{FOREIGN},{TLD},sip sip:ada@example.com 5 300\n", IN_FOREIGN),
        ("range", f"prefix,tld\n49309005,{TLD}\n", "which belongs to another customer"),
    ],
)
def test_the_plan_of_an_import_says_so_and_writes_nothing(
    world: Platform, person: Client, kind: str, file: str, reason: str
) -> None:
    job = imported(person, kind, file)
    assert reason in job.rows.get().reason
    do(person, job, "apply")
    assert written(world) == []


def test_bulk_work_changes_no_number_of_another_customer(world: Platform, person: Client) -> None:
    job = plan(person, "enum:numbers:list", "info", {"row": [f"{THEIRS}@{TLD}"]}, value="mine")
    assert job.rows.get().reason == "This number belongs to another customer."
    do(person, job, "apply")
    assert written(world) == []


def test_a_job_that_was_planned_before_the_range_was_given_away_writes_nothing(world: Platform, person: Client) -> None:
    job = imported(person, "number", f"number,tld,mappings\n33100000001,{TLD},sip sip:ada@example.com 5 300\n")
    assert job.rows.get().reason == ""
    other = world.ngnpro.customers.find_account("oakline")
    assert other is not None
    taken = EnumRange(id=EnumRangeId(prefix="3310", tld=TLD), min_digits=11, max_digits=11, customer=other.id)
    world.ngnpro.enum.add_range(taken)
    world.forget_calls()
    job = do(person, job, "apply")
    assert (job.rows.get().reason, written(world)) == (IN_FOREIGN, [])


def test_a_new_account_gets_no_number_of_another_customer(world: Platform, person: Client) -> None:
    typed = {"domain": "example.com", "username": "new", "first_name": "N", "last_name": "N", "email": "n@x.example"}
    answer = person.post("/accounts/add/", typed | {"timezone": "Europe/London", "number": f"+{FOREIGN}"})
    assert answer.status_code == 422
    assert "another customer" in Page(answer).text
    assert world.ngnpro.sip.get_accounts().total == 2


def test_the_api_refuses_both(world: Platform, person: Client) -> None:
    program = make_token(person, CUSTOMER["password"])
    mapping = {"type": "sip", "mapto": "sip:ada@example.com", "priority": 5, "ttl": 300}
    number = program.post("enum/numbers", {"number": FOREIGN, "tld": TLD, "mappings": [mapping]})
    assert (number.status_code, IN_FOREIGN in number.content.decode()) == (403, True)
    ranged = program.post("enum/ranges", {"prefix": "49309005", "tld": TLD})
    assert (ranged.status_code, "another customer" in ranged.content.decode()) == (403, True)
    assert program.delete(f"enum/numbers/{THEIRS}@{TLD}").status_code == 403
    assert written(world) == []


def test_the_command_line_refuses_in_the_same_words(
    world: Platform, operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reseller = world.ngnpro.customers.find_account("meridian")
    assert reseller is not None
    Operator.objects.create_user("limited", PASSWORD, tree=reseller.id, tree_engine=world.ngnpro.engine.name)
    obey(world)
    file = tmp_path / "numbers.csv"
    file.write_text(f"number,tld,mappings\n{FOREIGN},{TLD},sip sip:ada@example.com 5 300\n")
    call_command("plan", str(file), "--kind", "number", "--operator", "limited")
    assert IN_FOREIGN in capsys.readouterr().out


@pytest.mark.parametrize(
    ("role", "number", "is_theirs"),
    [
        (Role.CUSTOMER, OWN, True),
        (Role.CUSTOMER, FOREIGN, False),
        (Role.RESELLER, OWN, True),
        (Role.RESELLER, FOREIGN, False),
        (Role.OPERATOR, FOREIGN, True),
        (Role.CUSTOMER, "33100000000", True),  # in no range: the server says so
    ],
)
def test_the_owner_of_the_range_decides(world: Platform, role: Role, number: str, is_theirs: bool) -> None:
    account = world.account()
    own = account.reseller if role is Role.RESELLER else account.customer
    check = NumberOwnership(world.ngnpro, Viewer(role, customer=own, reseller=account.reseller))
    if is_theirs:
        check(None, EnumNumber(id=EnumId(number=number)))
        return
    with pytest.raises(errors.NotPermitted, match="another customer"):
        check(None, EnumNumber(id=EnumId(number=number)))


def test_ranges_are_read_once_for_many_records(world: Platform) -> None:
    account = world.account()
    viewer = Viewer(Role.RESELLER, customer=account.reseller, reseller=account.reseller)
    check, ranges = NumberOwnership(world.ngnpro, viewer), RangeOwnership(world.ngnpro, viewer)
    world.forget_calls()
    for last in range(5):
        check(None, EnumNumber(id=EnumId(number=f"3120800{last:04}")))
        ranges(None, EnumRange(id=EnumRangeId(prefix=f"312090{last}")))
    assert world.calls == ["getRanges", "getRanges"]


def test_a_server_that_lists_no_ranges_to_customers_decides_itself(world: Platform) -> None:
    account = world.account()
    check = NumberOwnership(world.ngnpro, Viewer(Role.CUSTOMER, customer=account.customer, reseller=account.reseller))
    world.refuse("getRanges", code=FaultCode.NOT_PERMITTED)
    check(None, EnumNumber(id=EnumId(number=FOREIGN)))
