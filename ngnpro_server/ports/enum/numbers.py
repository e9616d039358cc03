"""EnumPort: telephone numbers, and the mappings that are published for them in DNS."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.store import enum
from ngnpro_server.store.paging import matches_pattern
from ngnpro_server.store.rings import Ways, address_of
from ngnpro_server.store.schema import enum_mappings, enum_numbers
from ngnpro_wire.facts.enum_services import SERVICES, without_scheme
from ngnpro_wire.facts.enum_targets import TargetFault, TargetRefused, normal_target
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.telephone_numbers import (
    international_digits,
    leading_digits,
)

from .ranges import read_tld

_MAX_MAPPINGS = 100
_DEFAULT_PRIORITY = 5

_REFUSED = {
    TargetFault.EMPTY: "a target with {schemes} in front is expected.",
    TargetFault.SCHEME: "a target with {schemes} in front is expected.",
    TargetFault.RULE: "a target is expected, not a whole rule: the pattern of the rule is added when it is published.",
    TargetFault.SIGN: "a target has no spaces, quotes, backslashes or control characters.",
    TargetFault.NO_HOST: "a target like {schemes}user@example.com, with a host name or address, is expected.",
    TargetFault.USER: "the user part has letters, digits and - _ . ! ~ * ' ( ) & = + $ , ; ? / or %XX; write # as %23.",
    TargetFault.NUMBER: "a telephone number is expected.",
}


_MEMBERS = (Member("info", "info", values.text(255)),)


def _by_mapping(_call: Call, given: Record) -> list[ColumnElement[bool]]:
    """Return the condition that a number has a mapping with the given type and target.

    Targets are compared without their scheme (contract: Listing).
    """
    wanted = []
    if "type" in given:
        wanted.append(matches_pattern(enum_mappings.c.type, checked("type", values.lower_text(64), given["type"])))
    if "mapto" in given:
        target = values.fold(without_scheme(checked("mapto", values.text(320), given["mapto"])))
        wanted.append(matches_pattern(enum_mappings.c.mapto_key, target))
    if not wanted:
        return []
    return [enum_numbers.c.id.in_(select(enum_mappings.c.number_id).where(*wanted))]


LISTED = Listed(
    table=enum_numbers,
    orders={"changeDate": ("change_date", "id"), "number": ("number", "tld"), "tld": ("tld", "number")},
    default="-changeDate",
    numbers={"owner": "owner_id", "customer": "customer_id", "reseller": "reseller_id"},
    texts={"number": enum_numbers.c.number, "tld": enum_numbers.c.tld},
    domains={"tld": "tld"},
    more=_by_mapping,
    tally=enum.NUMBERS,
)


def add_number(call: Call, number: Record | None = None) -> Record:
    """Add a number. It belongs to the range with the longest matching prefix, in which the caller may add records.

    Raises NUMBER_OUTSIDE, RANGE_FULL, NUMBER_EXISTS, CREDIT_EXHAUSTED or VALUE_INVALID.
    """
    record = number or {}
    digits, tld = _read_id(call, record.get("id"))
    inside = _range_of(call, digits, tld)
    columns = read_members(_MEMBERS, record, adding=True)
    mappings = _read_mappings(record.get("mappings") or (), inside["ttl"])
    _refuse_circle(call, digits, tld, mappings)
    owner_id = access.owner(call, record, inside)
    columns |= {scope: inside[scope] for scope in enum.RANGES.scopes}
    columns |= {"number": digits, "tld": tld, "range_id": inside["id"], "owner_id": owner_id}
    number_id = enum.insert_number(call.connection, columns | {"change_date": call.now})
    access.spend_credit(call, enum.NUMBERS, owner_id, inside["reseller_id"])
    enum.set_mappings(call.connection, number_id, mappings)
    enum.touch_range(call.connection, inside["id"], call.now, added=1)
    return get_number(call, record.get("id"))


def update_number(call: Call, number: Record | None = None) -> Record:
    """Change a number; absent members are left unchanged. Mappings, if sent, replace all; known ids are preserved."""
    record = number or {}
    row = _find(call, record.get("id"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    columns |= {"owner_id": access.owner(call, record, row, row), "change_date": call.now}
    enum.change_number(call.connection, row, columns)
    if columns["owner_id"] != row["owner_id"]:
        access.spend_credit(call, enum.NUMBERS, columns["owner_id"], row["reseller_id"])
    if record.get("mappings") is not None:
        mappings = _read_mappings(record["mappings"], 3600)
        _refuse_circle(call, row["number"], row["tld"], mappings)
        enum.set_mappings(call.connection, row["id"], mappings)
    enum.touch_range(call.connection, row["range_id"], call.now)
    return get_number(call, record.get("id"))


def delete_number(call: Call, enumId: Record | None = None) -> None:  # noqa: N803
    """Delete a number with its mappings."""
    row = _find(call, enumId, lock=True)
    enum.remove_number(call.connection, row)
    enum.touch_range(call.connection, row["range_id"], call.now, added=-1)


def get_number(call: Call, enumId: Record | None = None) -> Record:  # noqa: N803
    """Return one number with its mappings."""
    return _write(call, [_find(call, enumId)])[0]


def get_numbers(call: Call, query: Record | None = None) -> Record:
    """List numbers."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "numbers": _write(call, page.rows)}


def _find(call: Call, enum_id: Record | None, *, lock: bool = False) -> RowMapping:
    digits = leading_digits((enum_id or {}).get("number") or "")
    tld = read_tld(call, enum_id)
    row = enum.find_number(call.connection, digits, tld, lock=lock)
    if row is None or not access.sees(call.caller, row):
        raise Fault(FaultCode.NUMBER_MISSING, f"There is no ENUM number {digits[:64]} in {tld[:253]}.")
    return row


def _read_id(call: Call, enum_id: Record | None) -> tuple[str, str]:
    given = enum_id or {}
    digits = checked("number", values.e164, given.get("number") or "")
    if not digits:
        raise invalid("number", "digits with the country code in front are expected.")
    return digits, checked("tld", values.domain, given.get("tld") or call.config.platform.default_tld)


def _range_of(call: Call, digits: str, tld: str) -> RowMapping:
    """Return the range for a new number. Raises NUMBER_OUTSIDE, RANGE_FULL, or VALUE_INVALID for a wrong length."""
    inside = enum.range_of_number(call.connection, digits, tld)
    if inside is None or not access.holds(call.caller, inside):
        raise Fault(FaultCode.NUMBER_OUTSIDE, f"{digits} is in none of your ranges in {tld}.")
    if not inside["min_digits"] <= len(digits) <= inside["max_digits"]:
        lengths = f"{inside['min_digits']} to {inside['max_digits']}"
        raise invalid("number", f"numbers of the range {inside['prefix']} have {lengths} digits.")
    if 0 < inside["size"] <= inside["used"]:
        text = f"The range {inside['prefix']} has all the {inside['size']} numbers it may have."
        raise Fault(FaultCode.RANGE_FULL, text)
    return inside


def _read_mappings(given: Sequence[Record], ttl: int) -> list[dict[str, Any]]:
    if len(given) > _MAX_MAPPINGS:
        raise invalid("mappings", f"at most {_MAX_MAPPINGS} mappings are allowed.")
    return [_read_mapping(entry, ttl) for entry in given]


def _refuse_circle(call: Call, digits: str, tld: str, mappings: Sequence[dict[str, Any]]) -> None:
    """Raise VALUE_INVALID if the SIP address that calls to a number go to leads back to it."""
    addresses = [mapping for mapping in mappings if mapping["type"] == "sip"]
    first = address_of(min(addresses, key=itemgetter("priority"))["mapto"]) if addresses else None
    if first is None or tld != call.config.platform.default_tld:
        return
    if Ways(call.connection, tld).lead_back(first, lambda address: international_digits(address[0]) == digits):
        raise invalid("mapto", "the target would lead back to this number, and calls would go round in a circle.")


def _read_mapping(entry: Record, ttl: int) -> dict[str, Any]:
    service = (entry.get("type") or "").strip().lower()
    if service not in SERVICES:
        raise invalid("type", f"one of {', '.join(SERVICES)} is expected.")
    target = _read_target(service, entry.get("mapto") or "")
    priority, given_ttl = entry.get("priority"), entry.get("ttl")
    return {
        "id": entry.get("id") or 0,
        "type": service,
        "mapto": target,
        "mapto_key": values.fold(without_scheme(target)),
        "priority": checked("priority", values.number(0, 65535), _DEFAULT_PRIORITY if priority is None else priority),
        "ttl": checked("ttl", values.number(), ttl if given_ttl is None else given_ttl),
    }


def _read_target(service: str, mapto: str) -> str:
    """Return the target of a mapping in its normal form (contract: ENUM)."""
    try:
        target = normal_target(service, mapto)
    except TargetRefused as refused:
        raise invalid("mapto", _REFUSED[refused.reason].format(schemes=" or ".join(SERVICES[service]))) from None
    return str(checked("mapto", values.text(255), target))


def _write(call: Call, rows: Sequence[RowMapping]) -> list[Record]:
    mappings = enum.mappings_of_numbers(call.connection, [row["id"] for row in rows])
    return [
        {
            "id": {"number": row["number"], "tld": row["tld"]},
            "owner": row["owner_id"],
            **write_members(_MEMBERS, row),
            "mappings": [
                {name: mapping[name] for name in ("id", "type", "mapto", "priority", "ttl")}
                for mapping in mappings[row["id"]]
            ],
            "customer": row["customer_id"],
            "reseller": row["reseller_id"],
            "changeDate": str(row["change_date"]),
        }
        for row in rows
    ]


OPERATIONS: dict[str, Operation] = {
    "addNumber": add_number,
    "updateNumber": update_number,
    "deleteNumber": delete_number,
    "getNumber": get_number,
    "getNumbers": get_numbers,
}
