"""Which values of two records the journal stores: fields that differ, in a form that can be restored, no secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.rooms import resources
from portal.core.writes import State
from portal.journal.undo import as_before
from portal.journal.values import LONGEST, MemberChange, changes_of, members_of
from portal.ngnpro import records
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records import (
    AclEntry,
    CustomerAccount,
    CustomerProperty,
    EnumId,
    EnumMapping,
    EnumNumber,
    PrepaidCard,
    SipAccount,
    SipAccountProperty,
    SipDomain,
    SipId,
    TrustedPeer,
    VoicemailAccount,
)
from portal.ngnpro.records.base import Record, shape_of

CANARY = "canary-4711"
ADA = SipAccount(id=SipId(username="ada", domain="example.com"))
NOTHING: frozenset[str] = frozenset()


def between(before: State | None, after: State | None, stored: State | None = None) -> dict[str, MemberChange]:
    return {change.field: change for change in changes_of(before, after, stored, NOTHING)}


def values(before: State | None, after: State | None) -> dict[str, tuple[Any, Any]]:
    return {name: (change.before, change.after) for name, change in between(before, after).items()}


def test_only_what_differs_is_listed() -> None:
    assert values(ADA, replace(ADA, quota=50)) == {"quota": (0, 50)}


def test_types_survive() -> None:
    after = replace(ADA, prepaid=True, acl=(AclEntry(ip="192.0.2.0", mask=24),))
    assert values(ADA, after) == {
        "prepaid": (False, True),
        "acl": ([], [{"ip": "192.0.2.0", "mask": 24, "tag": ""}]),
    }


def test_the_order_of_a_list_is_no_change() -> None:
    assert values(replace(ADA, groups=("a", "b")), replace(ADA, groups=("b", "a"))) == {}


def test_the_entry_of_a_new_record_lists_only_values_that_differ_from_the_defaults() -> None:
    assert values(None, replace(ADA, timeout=35, quota=5)) == {
        "id": (None, {"username": "ada", "domain": "example.com"}),
        "quota": (None, 5),
    }


def test_a_value_that_is_off_where_new_ones_have_it_on_is_listed() -> None:
    peer = TrustedPeer(ip="192.0.2.1", enum_lookup=False)
    assert values(peer, None) == {"ip": ("192.0.2.1", None), "enumLookup": (False, None)}


def test_properties_are_listed_by_name() -> None:
    before = replace(ADA, properties=(SipAccountProperty(name="language", value="nl"),))
    after = replace(ADA, properties=(SipAccountProperty(name="mobile", value="1"),))
    listed = values(before, after)
    assert set(listed) == {"properties.language", "properties.mobile"}
    assert listed["properties.language"][1] is None
    assert listed["properties.mobile"][1]["value"] == "1"


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (ADA, replace(ADA, password=CANARY), "password"),
        (replace(ADA, ha1=CANARY), replace(ADA, ha1=CANARY, password=f"{CANARY}2"), "password"),
        (None, replace(ADA, password=CANARY), "password"),
        (replace(ADA, ha1=CANARY, ha1b=CANARY), None, "password"),
        (SipDomain(domain="a.example"), SipDomain(domain="a.example", private_key=CANARY), "private_key"),
        (None, TrustedPeer(ip="192.0.2.1", auth_token=CANARY), "authToken"),
        (None, CustomerAccount(username="a", password=CANARY), "password"),
        (None, VoicemailAccount(sip_id=ADA.id, password="1234canary-4711"), "password"),
        ({}, {"card": PrepaidCard(id=1, number=CANARY)}, "card"),
        ({}, {"cards": (PrepaidCard(id=1, number=CANARY),)}, "cards"),
        ({}, {"newPassword": CANARY}, "newPassword"),
    ],
)
def test_the_journal_says_only_that_a_secret_changed(before: State | None, after: State | None, field: str) -> None:
    change = between(before, after)[field]
    assert change.secret
    assert {type(change.before), type(change.after)} == {bool}
    assert "canary" not in str([change.as_json() for change in between(before, after).values()])
    assert "canary" not in repr(list(between(before, after).values()))


@pytest.mark.parametrize("name", ["web_password", "WebPasswd", "auth_token", "api_key", "ha1", "client_secret", "pin"])
@pytest.mark.parametrize("entry", [SipAccountProperty, CustomerProperty])
def test_properties_that_sound_like_secrets_are_secrets(name: str, entry: Any) -> None:
    record = SipAccount if entry is SipAccountProperty else CustomerAccount
    empty: Any = replace(ADA) if record is SipAccount else CustomerAccount(id=1)
    after = replace(empty, properties=(entry(name=name, value=CANARY),))
    assert between(empty, after)[f"properties.{name}"].secret
    assert CANARY not in str([change.as_json() for change in changes_of(empty, after, after, NOTHING)])


def test_an_unchanged_password_is_not_a_change() -> None:
    before = replace(ADA, password=CANARY, ha1="x")
    assert values(before, replace(before, quota=1)) == {"quota": (0, 1)}


def test_an_update_with_an_empty_password_is_not_a_change_of_it() -> None:
    before = replace(ADA, password=CANARY, ha1="x", ha1b="y")
    sent = replace(before, password="", quota=1)
    assert set(between(before, sent)) == {"quota"}
    assert set(between(before, sent, replace(before, quota=1))) == {"quota"}


def test_a_secret_that_ngnpro_no_longer_has_is_lost() -> None:
    before = SipDomain(domain="a.example", private_key=CANARY)
    empty = replace(before, private_key="")
    change = between(before, empty, empty)["private_key"]
    assert (change.before, change.after) == (True, False)
    assert between(before, empty) == {}


def test_a_secret_property_that_an_update_leaves_out_is_gone() -> None:
    before = replace(ADA, properties=(SipAccountProperty(name="web_password", value=CANARY),))
    change = between(before, ADA)["properties.web_password"]
    assert (change.secret, change.before, change.after) == (True, True, False)


def test_the_hash_of_a_changed_password_is_not_listed_separately() -> None:
    stored = replace(ADA, ha1="new", ha1b="new")
    assert set(between(replace(ADA, ha1="old", ha1b="old"), replace(ADA, ha1="old", password="x"), stored)) == {
        "password"
    }


def test_every_secret_that_a_record_declares_is_kept_out() -> None:
    for record in (getattr(records, name) for name in records.__all__):
        if isinstance(record, type) and issubclass(record, Record):
            for name in shape_of(record).secrets - {"properties"}:
                made = replace(from_wire(record, {}), **{name: CANARY})
                assert CANARY not in str([change.as_json() for change in changes_of(None, made, made, NOTHING)])


def test_members_that_this_portal_does_not_know_are_kept_out_and_their_loss_is_noted() -> None:
    stored = replace(ADA, source={"id": {"username": "ada"}, "newMember": CANARY})
    change = between(stored, None)["newMember"]
    assert (change.secret, change.before) == (True, True)
    assert CANARY not in str(change.as_json())


def test_a_value_that_is_too_long_is_not_kept() -> None:
    change = between(ADA, replace(ADA, first_name="x" * LONGEST))["firstName"]
    assert (change.cut, change.before, change.after) == (True, None, None)


def test_a_certificate_of_the_longest_kind_is_kept() -> None:
    before = SipDomain(domain="example.com", certificate="x" * 65_000)
    assert values(before, replace(before, certificate="")) == {"certificate": ("x" * 65_000, "")}


def test_sound_is_kept_only_by_its_size() -> None:
    assert values({}, {"message": b"RIFF...."}) == {"message": (None, {"bytes": 8})}


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
ACCOUNTS = st.builds(
    SipAccount,
    id=st.just(ADA.id),
    first_name=TEXT,
    email=TEXT,
    groups=st.lists(TEXT, unique=True, max_size=4).map(tuple),
    prepaid=st.booleans(),
    quota=st.integers(0, 10**6),
    timeout=st.integers(1, 900),
    acl=st.lists(st.builds(AclEntry, ip=TEXT, mask=st.integers(0, 32), tag=TEXT), max_size=2).map(tuple),
    properties=st.lists(
        st.builds(SipAccountProperty, name=st.sampled_from(["language", "a.b", "x"]), value=TEXT),
        unique_by=lambda entry: entry.name,
        max_size=3,
    ).map(tuple),
)


def sorted_members(record: Record) -> dict[str, Any]:
    return {
        name: sorted(map(str, value)) if isinstance(value, list) else value
        for name, value in members_of(record).items()
    }


@given(before=ACCOUNTS, after=ACCOUNTS)
def test_the_journal_keeps_enough_to_restore_the_record(before: SipAccount, after: SipAccount) -> None:
    changes = changes_of(before, after, after, NOTHING)
    assert sorted_members(as_before(SipAccount, after, changes)) == sorted_members(before)


@given(before=ACCOUNTS)
def test_a_deleted_record_can_be_added_again(before: SipAccount) -> None:
    assert as_before(SipAccount, None, changes_of(before, None, None, NOTHING)) == before


def test_a_number_comes_back_with_its_mappings() -> None:
    mapping = EnumMapping(id=7, type="sip", mapto="sip:ada@example.com", priority=5, ttl=60)
    number = EnumNumber(id=EnumId(number="31208005100"), owner=3, mappings=(mapping,))
    assert as_before(EnumNumber, None, changes_of(number, None, None, NOTHING)) == number


def test_every_kind_of_record_that_can_be_written_is_known() -> None:
    added = {"SipDomain", "SipAccount", "SipAlias", "CustomerAccount", "EnumRange", "EnumNumber", "Carrier", "Gateway"}
    added |= {"GatewayRule", "Route", "TrustedPeer", "VoicemailAccount", "DnsZone", "DnsRecord", "DnsFancyRecord"}
    added |= {"VoucherBatch"}
    assert {one.record.__name__ for one in resources().values() if one.record and one.key} == added
