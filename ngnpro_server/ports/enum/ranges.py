"""EnumPort: ranges of telephone numbers, each a prefix in an ENUM domain."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.store import enum
from ngnpro_server.store.schema import enum_ranges
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import needs_administrator
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, leading_digits

_MAX_NAMESERVERS = 13

_MEMBERS = (
    Member("ttl", "ttl", values.number(), 3600),
    Member("info", "info", values.text(255), key="info_key"),
    Member("size", "size", values.number(), 0),
)
LISTED = Listed(
    table=enum_ranges,
    orders={"changeDate": ("change_date", "id"), "prefix": ("prefix", "tld"), "tld": ("tld", "prefix")},
    default="-changeDate",
    numbers={"customer": "customer_id", "reseller": "reseller_id"},
    texts={"prefix": enum_ranges.c.prefix, "tld": enum_ranges.c.tld, "info": enum_ranges.c.info_key},
    domains={"tld": "tld"},
    tally=enum.RANGES,
)


def add_range(call: Call, range: Record | None = None) -> Record:
    """Add a range. Only an administrator may add a country code, or a range that overlaps another customer's.

    Raises NOT_PERMITTED, RANGE_EXISTS, CREDIT_EXHAUSTED or VALUE_INVALID.
    """
    record = range or {}
    prefix, tld = _read_id(call, record.get("id"))
    _check_prefix(call, prefix, tld)
    columns = read_members(_MEMBERS, record, adding=True)
    columns |= _read_lengths(record, prefix, None)
    columns |= {"nameservers": _read_nameservers(record.get("nameservers") or ())}
    columns |= access.holder(call, record) | {"prefix": prefix, "tld": tld, "used": 0, "change_date": call.now}
    columns["serial"] = int(call.now.strftime("%Y%m%d00"))
    enum.insert_range(call.connection, columns)
    access.spend_credit(call, enum.RANGES, columns["customer_id"], columns["reseller_id"])
    return _write(find_range(call, record.get("id")))


def update_range(call: Call, range: Record | None = None) -> Record:
    """Change a range; absent members are left unchanged."""
    record = range or {}
    row = find_range(call, record.get("id"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    columns |= _read_lengths(record, row["prefix"], row)
    if record.get("nameservers") is not None:
        columns["nameservers"] = _read_nameservers(record["nameservers"])
    if 0 < columns.get("size", 0) < row["used"]:
        raise invalid("size", f"the range has {row['used']} numbers already.")
    columns |= access.holder(call, record, row) | {"change_date": call.now}
    enum.change_range(call.connection, row, columns)
    if columns["customer_id"] != row["customer_id"]:
        access.spend_credit(call, enum.RANGES, columns["customer_id"], columns["reseller_id"])
    enum.touch_range(call.connection, row["id"], call.now)
    return _write(find_range(call, record.get("id")))


def delete_range(call: Call, range: Record | None = None) -> None:
    """Delete a range. Raises RANGE_IN_USE if it still has numbers."""
    row = find_range(call, range, lock=True)
    if row["used"]:
        raise Fault(FaultCode.RANGE_IN_USE, f"The range still has {row['used']} numbers.")
    enum.remove_range(call.connection, row)


def get_ranges(call: Call, query: Record | None = None) -> Record:
    """List ranges."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "ranges": [_write(row) for row in page.rows]}


def find_range(call: Call, range_id: Record | None, *, lock: bool = False) -> RowMapping:
    """Return a range that the caller may manage; ``lock`` locks its row. Raises RANGE_MISSING."""
    prefix = leading_digits((range_id or {}).get("prefix") or "")
    tld = read_tld(call, range_id)
    row = enum.find_range(call.connection, prefix, tld, lock=lock)
    if row is None or not access.holds(call.caller, row):
        raise Fault(FaultCode.RANGE_MISSING, f"There is no ENUM range {prefix[:64]} in {tld[:253]}.")
    return row


def read_tld(call: Call, enum_id: Record | None) -> str:
    """Return the stored form of an ENUM domain for a lookup; the default is the platform's."""
    return values.domain_key((enum_id or {}).get("tld") or call.config.platform.default_tld)


def _read_id(call: Call, range_id: Record | None) -> tuple[str, str]:
    given = range_id or {}
    prefix = checked("prefix", values.e164, given.get("prefix") or "")
    if not prefix:
        raise invalid("prefix", "digits with the country code in front are expected.")
    return prefix, checked("tld", values.domain, given.get("tld") or call.config.platform.default_tld)


def _check_prefix(call: Call, prefix: str, tld: str) -> None:
    """Raise NOT_PERMITTED for a country code, RANGE_EXISTS for an overlap with another customer's range.

    Administrators may add both.
    """
    if call.caller.is_administrator:
        return
    if needs_administrator(prefix):
        access.check_members(call, "EnumRange", ["prefix"])
    if any(not access.holds(call.caller, row) for row in enum.overlapping_ranges(call.connection, prefix, tld)):
        raise Fault(FaultCode.RANGE_EXISTS, f"The range {prefix} in {tld} is taken, or a part of it.")


def _read_lengths(record: Record, prefix: str, current: RowMapping | None) -> dict[str, int]:
    """Return the columns of minDigits and maxDigits; by default any length up to the 15 digits of E.164 is allowed."""
    given = {"min_digits": record.get("minDigits"), "max_digits": record.get("maxDigits")}
    stored = current if current is not None else {"min_digits": 0, "max_digits": 0}
    shortest = given["min_digits"] or stored["min_digits"] or len(prefix)
    longest = given["max_digits"] or stored["max_digits"] or MOST_DIGITS
    checked("minDigits", values.number(len(prefix), MOST_DIGITS), shortest)
    checked("maxDigits", values.number(shortest, MOST_DIGITS), longest)
    return {"min_digits": shortest, "max_digits": longest}


def _read_nameservers(names: Sequence[str | None]) -> str:
    found = dict.fromkeys(checked("nameservers", values.domain, name) for name in names if name and name.strip())
    if len(found) > _MAX_NAMESERVERS:
        raise invalid("nameservers", f"at most {_MAX_NAMESERVERS} are allowed.")
    return " ".join(found)


def _write(row: RowMapping) -> Record:
    return {
        "id": {"prefix": row["prefix"], "tld": row["tld"]},
        **write_members(_MEMBERS, row),
        "minDigits": row["min_digits"],
        "maxDigits": row["max_digits"],
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "serial": row["serial"],
        "used": row["used"],
        "nameservers": row["nameservers"].split(),
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addRange": add_range,
    "updateRange": update_range,
    "deleteRange": delete_range,
    "getRanges": get_ranges,
}
