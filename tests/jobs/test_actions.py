"""Every bulk action of every room: what it does to a record, which records it leaves alone and why, and its undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from portal.core.resources import NEVER_WRITTEN, Resource, require_declared
from portal.core.rooms import resource_of, resources
from portal.jobs.models import Job
from portal.ngnpro import Query, Range
from portal.ngnpro.records import (
    Carrier,
    CustomerProperty,
    DnsFancyRecord,
    DnsRecord,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    EnumRangeId,
    Gateway,
    SipAccountProperty,
    SipAlias,
    SipId,
)
from portal.ngnpro.records.base import shape_of
from tests.support.jobs import do, plan, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BOB, DIGITS = "ada@example.com", "bob@other.example", "31208005169@example.com"
FRONT, FRONT_2, DESK = "front@example.com", "front@other.example", "desk@example.com"
NUMBER, NUMBER_2, NUMBER_3 = (f"{digits}@e164.arpa" for digits in ("31208005169", "49309005169", "31208005170"))
ZONE, ZONE_2 = "example.com", "other.example"
RANGE, RANGE_2, EMPTY_RANGE = "3120800@e164.arpa", "4930900@e164.arpa", "4420@e164.arpa"
NOTHING, GONE = "Nothing to change.", "It no longer exists."

# Their tests are in test_account_actions.py: they do more than set a value.
TESTED_ALONE = {("account", "add-balance"), ("account", "send-information"), ("account", "password")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An action on the record ``key``, which has the values ``before`` and then ``after``, or is deleted.

    The record ``other`` is left alone for the ``reason``; it has the values ``beside``, else ``after`` if nothing of it
    is to be changed.
    """

    kind: str
    action: str
    key: str
    other: str
    values: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] | None = None
    beside: Mapping[str, Any] | None = None
    reason: str = NOTHING
    state: str = "skipped"

    @property
    def resource(self) -> Resource:
        return resource_of(self.kind)


def account(action: str, before: Mapping[str, Any], after: Mapping[str, Any], **more: Any) -> Case:
    return Case(
        **{"kind": "account", "action": action, "key": ADA, "other": BOB, "before": before, "after": after, **more}
    )


def change(
    kind: str, key: str, other: str, action: str, value: Any, after: Mapping[str, Any], name: str = "value"
) -> Case:
    """Return the case of an action that sets a value on a record as it is in ``world``."""
    return Case(kind=kind, action=action, key=key, other=other, values={name: str(value)}, after=after)


def deletion(kind: str, key: str, other: str, reason: str = GONE) -> Case:
    return Case(kind=kind, action="delete", key=key, other=other, reason=reason, state="conflict")


BY_OPERATOR = {"blocked_by": "reseller", "blocked_by_operator": "1"}
BLOCKED = {
    "groups": ("blocked",),
    "properties": tuple(SipAccountProperty(name=name, value=value) for name, value in BY_OPERATOR.items()),
}
TO_BOB, OF_BOB = EnumMapping(mapto=f"sip:{BOB}"), EnumMapping(type="tel", mapto="tel:+4930", ttl=900)
CASES = (
    account("block", {}, BLOCKED),
    account("unblock", BLOCKED, {"groups": (), "properties": ()}),
    account("enable-pstn", {"groups": ("sms",)}, {"groups": ("sms", "free-pstn")}),
    account("disable-pstn", {"groups": ("sms", "free-pstn")}, {"groups": ("sms",)}),
    account("lift-quota", {"groups": ("free-pstn", "quota")}, {"groups": ("free-pstn",)}),
    account("add-to-group", {"groups": ("sms",)}, {"groups": ("sms", "trunking")}, values={"group": "trunking"}),
    account("remove-from-group", {"groups": ("sms", "trunking")}, {"groups": ("sms",)}, values={"group": "trunking"}),
    account("make-prepaid", {"groups": ("sms",)}, {"prepaid": True, "groups": ("sms", "prepaid")}),
    account("make-postpaid", {"prepaid": True, "groups": ("prepaid",)}, {"prepaid": False, "groups": ()}),
    account("quota", {"quota": 10}, {"quota": 25}, values={"value": "25"}),
    account("call-limit", {"call_limit": 2}, {"call_limit": 5}, values={"value": "5"}),
    account(
        *("caller-id-username", {"rpid": "3120"}, {"rpid": "31208005169"}),
        key=DIGITS,
        other=ADA,
        reason="Its username is not a number.",
        state="conflict",
    ),
    account(
        *("caller-id-prefix", {"rpid": "20800"}, {"rpid": "3120800"}),
        values={"digits": "31"},
        reason="Its caller-ID already begins with these digits.",
        other=DIGITS,
        beside={"rpid": "31"},
    ),
    account(
        *("caller-id-strip", {"rpid": "003120800"}, {"rpid": "3120800"}),
        values={"digits": "2"},
        other=DIGITS,
        reason="Its caller-ID does not have that many digits.",
    ),
    change("account", ADA, "front-desk@example.com", "owner", 1, {"owner": 1}),
    account("first-name", {"first_name": "Ada"}, {"first_name": "Zoë"}, values={"value": "Zoë"}),
    account("last-name", {"last_name": "Byron"}, {"last_name": "King"}, values={"value": "King"}),
    account("timezone", {}, {"timezone": "Asia/Tokyo"}, values={"value": "Asia/Tokyo"}),
    account(
        *("language", {}, {"properties": (SipAccountProperty(name="language", value="nl"),)}), values={"language": "nl"}
    ),
    deletion("account", ADA, "nobody@example.com"),
    change("alias", FRONT, FRONT_2, "target", BOB, {"target": SipId.parse(BOB)}, "target"),
    change("alias", FRONT, DESK, "owner", 1, {"owner": 1}),
    deletion("alias", FRONT, "nobody@example.com"),
    Case(
        kind="customer",
        action="property",
        key="2",
        other="4",
        values={"name": "sip_credit", "value": "7"},
        after={"properties": (CustomerProperty(name="sip_credit", value="7", category="credit", permission="admin"),)},
    ),
    deletion("customer", "5", "2", "It is in use ("),
    change("domain", "example.com", "other.example", "customer", 1, {"customer": 1}),
    change("number", NUMBER, NUMBER_2, "target", BOB, {"mappings": (TO_BOB,)}, "address"),
    change("number", NUMBER, NUMBER_3, "owner", 1, {"owner": 1}),
    change("number", NUMBER, NUMBER_2, "info", "Front desk", {"info": "Front desk"}),
    Case(
        kind="number",
        action="ttl",
        key=NUMBER,
        other=NUMBER_2,
        values={"ttl": "60"},
        before={"mappings": (TO_BOB, OF_BOB)},
        after={"mappings": (replace(TO_BOB, ttl=60), replace(OF_BOB, ttl=60))},
    ),
    deletion("number", NUMBER, "31208005171@e164.arpa"),
    change("range", RANGE, RANGE_2, "ttl", 60, {"ttl": 60}),
    change("range", RANGE, RANGE_2, "customer", 1, {"customer": 1}),
    change("range", RANGE, RANGE_2, "info", "Old town", {"info": "Old town"}),
    deletion("range", EMPTY_RANGE, RANGE, "It is in use (Numbers: 2)."),
    change("zone", ZONE, ZONE_2, "customer", 1, {"customer": 1}),
    change("zone", ZONE, ZONE_2, "add-servers", "ns1.example.net", {"nameservers": ("ns1.example.net",)}, "hosts"),
    Case(
        kind="zone",
        action="remove-servers",
        key=ZONE,
        other=ZONE_2,
        values={"hosts": "ns2.example.net"},
        before={"nameservers": ("ns1.example.net", "ns2.example.net")},
        after={"nameservers": ("ns1.example.net",)},
        reason="It has none of these name servers.",
    ),
    change("zone", ZONE, ZONE_2, "servers", "ns3.example.net", {"nameservers": ("ns3.example.net",)}, "hosts"),
    change("zone", ZONE, ZONE_2, "ttl", 60, {"ttl": 60}),
    change("zone", ZONE, ZONE_2, "minimum", 60, {"minimum": 60}),
    change("zone", ZONE, ZONE_2, "retry", 60, {"retry": 60}),
    change("zone", ZONE, ZONE_2, "expire", 60, {"expire": 60}),
    change("zone", ZONE, ZONE_2, "info", "Shop", {"info": "Shop"}),
    deletion("zone", ZONE, "nobody.example"),
    change("dns-record", "1", "2", "ttl", 60, {"ttl": 60}),
    Case(
        kind="dns-record",
        action="priority",
        key="3",
        other="1",
        values={"priority": "20"},
        after={"priority": 20},
        reason="Only MX and SRV records have a priority.",
    ),
    change("dns-record", "1", "2", "value", "192.0.2.9", {"value": "192.0.2.9"}),
    change("dns-record", "1", "3", "owner", 1, {"owner": 1}),
    deletion("dns-record", "1", "99"),
    change("dns-forward", "1", "2", "target", "eve@mail.example", {"value": "eve@mail.example"}),
    change("dns-forward", "1", "3", "owner", 1, {"owner": 1}),
    deletion("dns-forward", "1", "99"),
    deletion("carrier", "4", "1", "It is in use (Gateways: 1, Routes: 1)."),
    change("gateway", "1", "3", "carrier-id", 3, {"carrier_id": 3}),
    change("gateway", "1", "3", "port", 5080, {"port": 5080}),
    change("gateway", "1", "3", "transport", "tcp", {"transport": "tcp"}),
    deletion("gateway", "4", "1", "It is in use (Gateway rules: 1)."),
    change("rule", "1", "3", "gateway-id", 3, {"gateway_id": 3}),
    change("rule", "1", "3", "strip", 4, {"strip": 4}),
    change("rule", "1", "3", "prepend", "1010", {"prepend": "1010"}),
    deletion("rule", "1", "99"),
    change("route", "1", "2", "priority", 9, {"priority": 9}),
    change("route", "1", "3", "carrier-id", 3, {"carrier_id": 3}),
    deletion("route", "1", "99"),
)


@pytest.fixture
def town(world: Platform) -> Platform:
    """The customers of ``world``, more records of the first, and one of each kind that nothing else needs."""
    ngnpro = world.ngnpro
    world.add_account(DIGITS, owner=2)
    world.add_account("front-desk@example.com", owner=1)
    world.add_customer("Nobody")
    ngnpro.sip.add_alias(SipAlias(id=SipId.parse(DESK), target=SipId.parse(ADA), owner=2))
    ngnpro.enum.add_number(EnumNumber(id=EnumId.parse(NUMBER_3), owner=2, mappings=(TO_BOB,)))
    ngnpro.enum.add_range(EnumRange(id=EnumRangeId.parse(EMPTY_RANGE), min_digits=11, max_digits=12))
    ngnpro.dns.add_record(DnsRecord(zone=ZONE, type="MX", value="mail", priority=10))
    ngnpro.dns.add_fancy_record(DnsFancyRecord(zone=ZONE, type="URL", value="https://example.org/"))
    second = world.add_routing("Second", "0044", 1)
    ngnpro.sip.add_gateway(Gateway(name="spare", carrier_id=second.id, ip="192.0.2.99"))
    ngnpro.sip.add_carrier(Carrier(name="Spare", reseller=1))
    return world


def set_values(platform: Platform, case: Case, key: str, values: Mapping[str, Any]) -> None:
    now: Any = require_declared(case.resource.find)(platform.ngnpro, key)
    require_declared(case.resource.update)(platform.ngnpro, key, replace(now, **values), now)


def stored(platform: Platform, case: Case) -> dict[str, dict[str, Any]]:
    """Map the keys of all records of a kind to their values, without those that NGNPro sets itself."""
    resource = case.resource
    assert resource.record
    assert resource.key
    wire_names = shape_of(resource.record).wire_names
    names = [name for name, wire in wire_names.items() if wire not in resource.read_only | NEVER_WRITTEN]
    query = Query(filter=require_declared(resource.filter)(), range=Range(0, 50))
    found = require_declared(resource.fetch)(platform.ngnpro, query)
    return {resource.key(record): {name: plain(getattr(record, name)) for name in names} for record in found}


def plain(value: Any) -> Any:
    """Return a value that can be compared: lists without their order, and mappings without numbers."""
    if isinstance(value, tuple):
        return {replace(item, id=0) if isinstance(item, EnumMapping) else item for item in value}
    return value


def without_keys(records: Mapping[str, Mapping[str, Any]], *left_out: str) -> list[str]:
    return sorted(str({name: values[name] for name in values if name not in left_out}) for values in records.values())


def do_all(browser: Client, job: Job) -> Job:
    return do(browser, job, "apply", number=str(job.rows.filter(state="ready").count()))


def test_each_action_of_each_room_has_a_case() -> None:
    declared = [(kind, action.name) for (kind, part), one in resources().items() if not part for action in one.actions]
    assert sorted(declared) == sorted([*((case.kind, case.action) for case in CASES), *TESTED_ALONE])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.action}")
def test_an_action_does_what_it_says_leaves_others_alone_and_is_undone(
    case: Case, town: Platform, browser: Client
) -> None:
    resource = case.resource
    beside = case.beside or (case.after if case.reason == NOTHING else None)
    for key, values in ((case.key, case.before), (case.other, beside)):
        if values:
            set_values(town, case, key, values)
    before = stored(town, case)
    list_page = f"{resource.room}:list"
    table = resolve(reverse(list_page)).func.view_class.table_class  # type: ignore[attr-defined]
    ticked = {table.tick: [case.key, case.other]}

    job = plan(browser, list_page, case.action, ticked, **case.values)

    assert states(job) == {case.key: "ready", case.other: case.state}, list(job.rows.values("key", "reason"))
    assert case.reason in job.rows.get(key=case.other).reason
    assert stored(town, case) == before
    (lost,) = (str(action.lost) for action in resource.actions if action.name == case.action)
    shown = Page(browser.get(f"/jobs/{job.pk}/")).text
    assert ("An undo does not restore" in shown) == bool(lost)
    assert lost in shown

    assert states(do_all(browser, job)) == {case.key: "done", case.other: case.state}
    after = dict(before)
    if case.after is None:
        del after[case.key]
    else:
        after[case.key] = {**before[case.key], **{name: plain(value) for name, value in case.after.items()}}
    assert stored(town, case) == after

    browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"})
    undo = do_all(browser, worked(Job.objects.get(undoes=job)))
    assert set(states(undo).values()) == {"done"}, list(undo.rows.values("key", "reason"))
    anew = {"customer": ("id", "password", "reseller")}.get(case.kind, ("id",) if resource.numbered else ())
    assert without_keys(stored(town, case), *anew) == without_keys(before, *anew)


def test_a_plan_says_before_the_start_what_an_undo_does_not_restore(world: Platform, browser: Client) -> None:
    said = {
        "password": "An undo does not restore SIP passwords that NGNPro stores as hashes only.",
        "send-information": "An undo does not restore Mails that were sent.",
        "delete": "An undo does not restore Mailboxes with their messages, aliases, contacts and forwarding",
    }
    values = {"add-balance": {"value": "5", "description": "Bonus"}, "password": {"hand_out": "file"}}
    for action in (*said, "add-balance", "block"):
        job = plan(browser, "accounts:list", action, {"address": [ADA]}, **values.get(action, {}))
        shown = " ".join(Page(browser.get(f"/jobs/{job.pk}/")).text.split())
        assert said.get(action, "") in shown, action
        assert ("An undo does not restore" in shown) == (action in said), action
