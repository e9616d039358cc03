"""Every kind of record: its entries link to its page, and its changes can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client

from portal.core import servers
from portal.core.rooms import resource_for, resources
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.journal.models import JournalEntry
from portal.journal.undo import OPPOSITES
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import (
    AcceptRules,
    CallDiversions,
    Carrier,
    CustomerAccount,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    EnumRangeId,
    Gateway,
    GatewayRule,
    PersistentAcceptRule,
    Route,
    SipAlias,
    SipId,
    TemporaryAcceptRule,
    TrustedPeer,
    VoicemailAccount,
)
from portal.ngnpro.records.base import Record
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform

ADA = SipId(username="ada", domain="example.com")


@dataclass(frozen=True)
class Case:
    """A new record, and an edit of it; ``back`` is whether it can be restored after it was deleted."""

    make: Callable[[Platform], Record]
    edit: dict[str, Any]
    back: bool = True


def _carrier(platform: Platform) -> int:
    return platform.ngnpro.sip.add_carrier(Carrier(name="Atlas Transit")).id


def _gateway(platform: Platform) -> int:
    return platform.ngnpro.sip.add_gateway(Gateway(name="lf-1", carrier_id=_carrier(platform), ip="192.0.2.1")).id


def _number(platform: Platform) -> EnumNumber:
    platform.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=9, max_digits=12))
    mapping = EnumMapping(mapto="sip:ada@example.com")
    return EnumNumber(id=EnumId(number="31208005100"), mappings=(mapping,), info="desk")


CASES = {
    "alias": Case(
        lambda _: SipAlias(id=SipId(username="front", domain="example.com"), target=ADA),
        {"target": SipId(username="bob", domain="example.com")},
    ),
    "customer": Case(
        lambda _: CustomerAccount(**CUSTOMER, username="oakline", organization="Oakline", email="oak@example.com"),
        {"organization": "Oakline Ltd"},
        back=False,
    ),
    "range": Case(
        lambda _: EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=9, max_digits=12), {"info": "desks"}
    ),
    "number": Case(_number, {"info": "reception"}),
    "carrier": Case(lambda _: Carrier(name="Lindenfunk"), {"name": "Lindenfunk GmbH"}),
    "gateway": Case(
        lambda platform: Gateway(name="lf-2", carrier_id=_carrier(platform), ip="192.0.2.9"), {"port": 5080}
    ),
    "rule": Case(lambda platform: GatewayRule(gateway_id=_gateway(platform), prefix="0031", strip=2), {"prepend": "+"}),
    "peer": Case(lambda _: TrustedPeer(ip="192.0.2.77", description="Desk"), {"description": "Desk 2"}),
    "mailbox": Case(
        lambda _: VoicemailAccount(sip_id=ADA, name="Ada", password="4711", email="ada@example.com"),
        {"name": "Ada Byron"},
        back=False,
    ),
}


@pytest.fixture(autouse=True)
def ground(platform: Platform) -> None:
    """Add the domain, accounts and other records that the records under test need."""
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    platform.add_account("bob@example.com")


@pytest.fixture
def writes() -> Writes:
    return Writes(Author(Viewer(Role.OPERATOR, "Ines Okafor", "ines")))


@pytest.fixture
def ngnpro(writes: Writes, platform: Platform) -> Ngnpro:
    return Ngnpro(servers.engine(), on_call=writes.note)


def inverse_of(name: str) -> Any:
    return resources()[("account", "mailbox") if name == "mailbox" else (name, "")]


def add(name: str, platform: Platform, writes: Writes, ngnpro: Ngnpro) -> tuple[Any, JournalEntry]:
    record = CASES[name].make(platform)
    with writes.change(None, record) as write:
        write.stored = inverse_of(name).add(ngnpro, record)
    return write.stored, latest()


def take_back(browser: Client, entry: JournalEntry) -> None:
    answer = browser.post(f"/journal/{entry.pk}/undo/")
    assert answer.status_code == 302, Page(answer).text


@pytest.mark.parametrize("name", CASES)
def test_an_entry_leads_to_the_records_page(
    browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro, name: str
) -> None:
    _, entry = add(name, platform, writes, ngnpro)
    links = Page(browser.get(f"/journal/{entry.pk}/")).links()
    assert browser.get(links["To the record"]).status_code == 200
    assert browser.get(links["History"]).status_code == 200


@pytest.mark.parametrize("name", CASES)
def test_an_addition_can_be_undone(
    browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro, name: str
) -> None:
    _, entry = add(name, platform, writes, ngnpro)
    take_back(browser, entry)
    assert inverse_of(name).find(ngnpro, entry.key) is None


@pytest.mark.parametrize("name", CASES)
def test_an_edit_can_be_undone(browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro, name: str) -> None:
    inverse = inverse_of(name)
    _, entry = add(name, platform, writes, ngnpro)
    before = inverse.find(ngnpro, entry.key)
    wanted = replace(before, **CASES[name].edit)
    with writes.change(before, wanted) as write:
        write.stored = inverse.update(ngnpro, entry.key, wanted, before)
    assert inverse.find(ngnpro, entry.key) != before
    take_back(browser, latest())
    after = inverse.find(ngnpro, entry.key)
    assert {field: getattr(after, field) for field in CASES[name].edit} == {
        field: getattr(before, field) for field in CASES[name].edit
    }


@pytest.mark.parametrize("name", CASES)
def test_a_deletion_can_be_undone_unless_a_secret_was_lost(
    browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro, name: str
) -> None:
    inverse = inverse_of(name)
    _, entry = add(name, platform, writes, ngnpro)
    before = inverse.find(ngnpro, entry.key)
    with writes.change(before):
        inverse.delete(ngnpro, before)
    deleted = latest()
    if not CASES[name].back:
        assert browser.post(f"/journal/{deleted.pk}/undo/").status_code == 409
        return
    take_back(browser, deleted)
    after = inverse.find(ngnpro, latest().key)
    ignored: dict[str, Any] = {"change_date": "", **({"id": 0} if resource_for(before).numbered else {})}
    if name == "number":
        ignored["mappings"] = ()
        assert [one.mapto for one in after.mappings] == [one.mapto for one in before.mappings]
    assert replace(after, **ignored) == replace(before, **ignored)


def test_adding_changing_and_deleting_a_route_can_be_undone(
    browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro
) -> None:
    ngnpro.sip.add_routes([Route(prefix="0031", carrier_id=_carrier(platform), priority=1)])
    before = ngnpro.sip.get_routes().items[0]
    wanted = replace(before, priority=2)
    with writes.change(before, wanted):
        ngnpro.sip.update_routes([wanted])
    take_back(browser, latest())
    assert ngnpro.sip.get_routes().items[0].priority == 1
    with writes.change(before):
        ngnpro.sip.delete_routes([before.id])
    take_back(browser, latest())
    again = ngnpro.sip.get_routes().items[0]
    assert (again.prefix, again.carrier_id, again.priority) == ("0031", before.carrier_id, 1)


def test_an_added_route_is_found_by_its_number_and_undone(browser: Client, platform: Platform) -> None:
    carrier = _carrier(platform)
    platform.ngnpro.sip.add_routes([Route(prefix="0049", carrier_id=carrier, priority=1)])
    typed = {"prefix": "0049", "carrier_id": str(carrier), "priority": "1", "originator": ""}
    assert browser.post("/lcr/routes/add/", typed).status_code == 302
    assert latest().key == "2"
    take_back(browser, latest())
    assert [route.id for route in platform.ngnpro.sip.get_routes()] == [1]


def test_an_added_record_without_a_known_number_cannot_be_undone(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.add_routes([Route(prefix="0049", carrier_id=_carrier(platform), priority=1)])
    typed = {"prefix": "0031", "carrier_id": "1", "priority": "1", "originator": ""}
    browser.post("/lcr/routes/add/", typed)
    JournalEntry.objects.update(key="")
    page = Page(browser.get(f"/journal/{latest().pk}/undo/"))
    assert "cannot be found again" in page.text


WEEKLY = PersistentAcceptRule(days=31, start="09:00", stop="17:00", groups=("everybody",))
PARTS: dict[str, tuple[Any, Any]] = {
    "diversions": (CallDiversions(), CallDiversions(fbus="sip:bob@example.com")),
    "accept-rules": (
        AcceptRules(persistent=(), temporary=TemporaryAcceptRule()),
        AcceptRules(persistent=(WEEKLY,), temporary=TemporaryAcceptRule()),
    ),
    "reject": ({"members": ()}, {"members": ("sip:nuisance@example.net",)}),
    "barring": ({"prefixes": ()}, {"prefixes": ("+31900",)}),
}


# Records that forms alone make, and nothing deletes.
MADE_BY_FORMS = frozenset({"voucher-batch"})


@pytest.mark.parametrize("part", PARTS)
def test_call_settings_of_an_account_can_be_undone(
    browser: Client, platform: Platform, writes: Writes, ngnpro: Ngnpro, part: str
) -> None:
    inverse, key = resources()[("account", part)], str(ADA)
    before, wanted = PARTS[part]
    with writes.change(before, wanted, about=("account", key), part=part):
        inverse.update(ngnpro, key, wanted, before)
    assert latest().part == part
    take_back(browser, latest())
    found = inverse.find(ngnpro, key)
    assert found == (replace(before, source={}) if isinstance(before, Record) else before)
    assert (latest().kind, latest().key, latest().part) == ("account", key, part)


def test_every_record_with_a_key_can_be_found_added_updated_and_deleted() -> None:
    keyed = [one for one in resources().values() if one.key and one.name not in MADE_BY_FORMS]
    assert all(one.find and one.add and one.update and one.delete for one in keyed)
    assert len(OPPOSITES) == 3
