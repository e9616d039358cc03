"""Records and plain data: converting in either direction loses nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ngnpro_wire.schema import Array, Scalar, Struct, Type, load_schema
from portal.ngnpro import OrderBy, Pattern, Query, Range
from portal.ngnpro import records as r
from portal.ngnpro.codec import from_wire, to_wire
from portal.ngnpro.records.base import Record

SCHEMA = load_schema()
TEXTS = some.text(some.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
VALUES = {
    "string": TEXTS,
    "int": some.integers(-(2**31), 2**31 - 1),
    "boolean": some.booleans(),
    "float": some.floats(allow_nan=False, allow_infinity=False),
}
# Records convert some texts to other types; converted back, they must equal the original.
RECORDS = [
    struct
    for struct in SCHEMA.types.values()
    if isinstance(struct, Struct)
    and struct.fields
    and hasattr(r, struct.name)
    and issubclass(getattr(r, struct.name), Record)
]


def plain(type_: Type) -> some.SearchStrategy[Any]:
    """Return a strategy for the plain data that a type allows, with any of its members absent."""
    if isinstance(type_, Scalar):
        return VALUES[type_.name]
    if isinstance(type_, Array):
        return some.lists(plain(type_.item), max_size=3)
    return some.fixed_dictionaries({}, optional={name: plain(member) for name, member in type_.fields.items()})


@pytest.mark.parametrize("struct", RECORDS, ids=lambda struct: struct.name)
def test_a_record_is_sent_back_as_it_was_received(struct: Struct) -> None:
    record = getattr(r, struct.name)

    @settings(max_examples=25)
    @given(plain(struct).filter(bool))
    def check(data: dict[str, Any]) -> None:
        assert to_wire(from_wire(record, data), struct) == data

    check()


@settings(max_examples=25)
@given(plain(SCHEMA.types["SipAccount"]).filter(bool), some.integers(1, 9))
def test_a_change_changes_its_member_alone(data: dict[str, Any], quota: int) -> None:
    struct = SCHEMA.types["SipAccount"]
    account = from_wire(r.SipAccount, data)
    changed = to_wire(replace(account, quota=account.quota + quota), struct)

    assert changed == data | {"quota": account.quota + quota}


@settings(max_examples=25)
@given(plain(SCHEMA.types["SipAccount"]))
def test_two_readings_of_the_same_are_equal(data: dict[str, Any]) -> None:
    account = from_wire(r.SipAccount, data)

    assert account == from_wire(r.SipAccount, dict(data))
    assert hash(account) == hash(from_wire(r.SipAccount, dict(data)))


def test_unknown_members_are_kept_in_extra() -> None:
    domain = from_wire(r.SipDomain, {"domain": "a.example", "colour": "red", "tags": ["x"]})

    assert domain.extra == {"colour": "red", "tags": ["x"]}
    assert replace(domain, customer=3).extra == domain.extra
    assert r.SipDomain(domain="a.example").extra == {}


def test_records_cannot_be_changed_in_place() -> None:
    domain = r.SipDomain(domain="a.example")

    with pytest.raises(FrozenInstanceError):
        domain.customer = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("data", "field", "value"),
    [
        ({"prepaid": 1}, "prepaid", True),
        ({"prepaid": "false"}, "prepaid", False),
        ({"prepaid": "True"}, "prepaid", True),
        ({"quota": "50"}, "quota", 50),
        ({"quota": ""}, "quota", 0),
        ({"quota": None}, "quota", 0),
        ({"timeout": None}, "timeout", 35),
        ({"email": None}, "email", ""),
        ({"rpid": 31201234567}, "rpid", "31201234567"),
        ({"groups": None}, "groups", ()),
        ({"groups": ["a", None, "b"]}, "groups", ("a", "b")),
        ({"id": {"username": "a"}}, "id", r.SipId(username="a", domain="")),
        ({}, "id", r.SipId(username="", domain="")),
    ],
)
def test_values_of_other_kinds_are_read(data: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(from_wire(r.SipAccount, data), field) == value


@pytest.mark.parametrize("data", [{"quota": "many"}, {"callLimit": [1]}, {"id": {"username": "a"}, "owner": "x"}])
def test_a_value_that_cannot_be_read_is_reported(data: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_wire(r.SipAccount, data)


def test_a_new_record_says_what_it_has_and_what_is_always_said() -> None:
    sent = to_wire(r.Carrier(name="Blue"), SCHEMA.types["Carrier"])

    assert sent == {"name": "Blue"}
    assert to_wire(r.Carrier(), SCHEMA.types["Carrier"]) == {"name": ""}


def test_a_filter_says_its_conditions_alone() -> None:
    assert to_wire(r.SipFilter(owner=0, username=Pattern("a%")), SCHEMA.types["SipFilter"]) == {"username": "a%"}
    assert to_wire(r.TrustedPeerFilter(), SCHEMA.types["TrustedPeerFilter"]) == {"msteams": False}
    assert to_wire(r.TrustedPeerFilter(blocked=0), SCHEMA.types["TrustedPeerFilter"]) == {
        "msteams": False,
        "blocked": 0,
    }


def test_a_query_says_what_it_has() -> None:
    query = Query[r.SipFilter](order_by=OrderBy("username", "DESC"), range=Range(0, 10))

    assert to_wire(query, SCHEMA.types["SipQuery"]) == {
        "orderBy": {"attribute": "username", "direction": "DESC"},
        "range": {"start": 0, "count": 10},
    }
    assert to_wire(Query(), SCHEMA.types["SipQuery"]) == {}


@pytest.mark.parametrize("address", ["alice@example.com", "sip:Alice@Example.COM", " alice@example.com "])
def test_an_address_is_split(address: str) -> None:
    sip_id = r.SipId.parse(address)

    assert (sip_id.username, sip_id.domain, str(sip_id)) == ("alice", "example.com", "alice@example.com")


@pytest.mark.parametrize("address", ["alice", "@example.com", "alice@", ""])
def test_an_invalid_address_is_reported(address: str) -> None:
    with pytest.raises(ValueError, match="user@domain"):
        r.SipId.parse(address)


def test_properties_are_found_by_name() -> None:
    account = r.SipAccount(id=r.SipId.parse("a@b.c"), properties=(r.SipAccountProperty(name="colour", value="red"),))
    customer = r.CustomerAccount(properties=(r.CustomerProperty(name="pstn_access", value="1"),))

    assert (account.get_property("colour"), account.get_property("shape", "round")) == ("red", "round")
    assert (customer.get_property("pstn_access"), customer.get_property("other")) == ("1", "")


def test_a_reseller_is_their_own_reseller() -> None:
    assert r.CustomerAccount(id=3, reseller=3).is_reseller
    assert not r.CustomerAccount(id=4, reseller=3).is_reseller
    assert not r.CustomerAccount().is_reseller


def test_a_call_says_when_it_began() -> None:
    assert r.Call(start_time=1767225600).started == datetime(2026, 1, 1, tzinfo=UTC)
    assert r.Call().started is None


def test_quoted_printable_texts_are_read() -> None:
    call = from_wire(r.Call, {"fromHeader": '"Zo=C3=AB" <sip:zoe=40example.com>', "applicationTypes": ["audio,video"]})

    assert call.from_header == '"Zoë" <sip:zoe@example.com>'
    assert call.application_types == ("audio", "video")
