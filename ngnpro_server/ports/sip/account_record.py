"""Converts SipAccount records of the wire to columns, groups, properties and access lists, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from ngnpro_server import passwords, values
from ngnpro_server.accents import fold_accents
from ngnpro_server.call import Call, Level, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.store import accounts
from ngnpro_wire.facts.blocks import MARK

_DEFAULT_TIMEOUT = 35
_MAX_PARTS = 200
_PROPERTY_LENGTH = 4000


def _timeout(value: int) -> int:
    """Allow 1 to 900 seconds; 0, which old clients send for a new account, means the default of 35."""
    return int(values.number(1, 900)(value or _DEFAULT_TIMEOUT))


MEMBERS = (
    Member("firstName", "first_name", values.person(64), key="first_name_key", fold=fold_accents),
    Member("lastName", "last_name", values.person(64), key="last_name_key", fold=fold_accents),
    Member("timezone", "timezone", values.timezone),
    Member("email", "email", values.email),
    Member("rpid", "rpid", values.phone(32)),
    Member("prepaid", "prepaid", values.flag, False),
    Member("quota", "quota", values.number(), 0),
    Member("callLimit", "call_limit", values.number(0, 100000), 0),
    Member("timeout", "timeout", _timeout, _DEFAULT_TIMEOUT),
    Member("quickdialPrefix", "quickdial_prefix", values.digits(32)),
    Member("region", "region", values.text(64)),
)


def read_columns(call: Call, record: Record, username: str, *, adding: bool) -> dict[str, Any]:
    """Return the columns of the members with one column each. Raises VALUE_INVALID."""
    columns = read_members(MEMBERS, record, adding=adding)
    if not columns.get("timezone", "-"):
        columns["timezone"] = call.config.platform.default_timezone
    prefix = columns.get("quickdial_prefix", "")
    if prefix and not (username.isdecimal() and username.startswith(prefix)):
        raise invalid("quickdialPrefix", "the beginning of a numeric username is expected.")
    return columns


def read_groups(names: Sequence[str | None]) -> list[str]:
    """Return group names in lower case, without duplicates and empty ones. Raises VALUE_INVALID."""
    found = dict.fromkeys(group.strip().lower() for group in names if group and group.strip())
    if len(found) > _MAX_PARTS:
        raise invalid("groups", f"at most {_MAX_PARTS} groups are allowed.")
    return [str(checked("groups", values.name, group)) for group in found]


def read_properties(given: Sequence[Record]) -> dict[str, str]:
    """Return the values of properties by name. Raises VALUE_INVALID, for example for a duplicate name."""
    if len(given) > _MAX_PARTS:
        raise invalid("properties", f"at most {_MAX_PARTS} properties are allowed.")
    found: dict[str, str] = {}
    for entry in given:
        name = checked("name", values.name, entry.get("name") or "")
        if name in found:
            raise invalid("properties", f"{name} is listed more than once.")
        found[name] = checked("value", values.text(_PROPERTY_LENGTH, lines=True), entry.get("value") or "")
    return found


def read_acl(given: Sequence[Record], stored: Callable[[], Sequence[Record]] = list) -> list[Record]:
    """Return the networks that may use an account: IPv4 or IPv6 address, prefix length and an optional tag.

    ``stored`` returns the account's entries; they stay as they are, since earlier versions took any address of a
    network.
    """
    if len(given) > _MAX_PARTS:
        raise invalid("acl", f"at most {_MAX_PARTS} networks are allowed.")
    try:
        return [_read_network(entry) for entry in given]
    except Fault:
        kept = stored()
        entries = [{"ip": entry.get("ip"), "mask": entry.get("mask"), "tag": entry.get("tag") or ""} for entry in given]
        return [entry if entry in kept else _read_network(entry) for entry in entries]


def _read_network(entry: Record) -> Record:
    ip, mask = entry.get("ip") or "", entry.get("mask")
    if mask is not None:
        checked("mask", values.number(0, 128 if ":" in ip else 32), mask)
    network = checked("ip", values.network, ip if mask is None else f"{ip}/{mask}")
    return {
        "ip": str(network.network_address),
        "mask": network.prefixlen,
        "tag": checked("tag", values.text(64), entry.get("tag") or ""),
    }


def write_accounts(call: Call, rows: Sequence[RowMapping]) -> list[Record]:
    """Return the wire records of rows, whose parts are read in one query."""
    parts = accounts.parts_of_accounts(call.connection, [row["id"] for row in rows])
    clear = passwords.with_clear_text(call, [row for row in rows if row["password"]])
    holders = [(row["customer_id"], row["reseller_id"]) for row in rows]
    return [
        write_account(row, parts[row["id"]], clear=holder in clear) for row, holder in zip(rows, holders, strict=True)
    ]


def write_account(row: Mapping[Any, Any], parts: accounts.Parts, *, clear: bool) -> Record:
    """Return the wire record of a row and its parts; ``clear``: with the password, if that is stored in clear text."""
    return _write(row, clear=clear) | {
        "groups": parts.groups,
        "properties": [{"name": name, "value": value} for name, value in _with_mark(row, parts.properties).items()],
        "acl": parts.access_list,
    }


def _write(row: Mapping[Any, Any], *, clear: bool) -> Record:
    return {
        "id": {"username": row["username"], "domain": row["domain"]},
        **write_members(MEMBERS, row),
        "password": row["password"] if clear else "",
        "ha1": row["ha1"],
        "ha1b": row["ha1b"],
        "owner": row["owner_id"],
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "createDate": str(row["create_date"]),
        "changeDate": str(row["change_date"]),
    }


def without_mark(properties: Mapping[str, str]) -> dict[str, str]:
    """Return properties without the one that is not stored: it follows from the level that blocked an account."""
    return {name: value for name, value in properties.items() if name != MARK}


def _with_mark(row: Mapping[Any, Any], properties: Mapping[str, str]) -> Mapping[str, str]:
    if row["blocked_level"] < Level.RESELLER:
        return properties
    mark = "1" if row["blocked_level"] == Level.ADMINISTRATOR else "0"
    return dict(sorted({**properties, MARK: mark}.items()))
