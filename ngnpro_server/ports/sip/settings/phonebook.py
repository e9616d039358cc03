"""SipPort: operations on the phonebook of an account."""

from __future__ import annotations

import re
from contextlib import suppress

from sqlalchemy import ColumnElement, RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.listing import read_range
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import settings
from ngnpro_server.store.paging import matches_pattern
from ngnpro_server.store.schema import phonebook
from ngnpro_wire.facts.display_names import bare_address
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.sip_addresses import NUMBER
from ngnpro_wire.facts.telephone_numbers import number_fault, without_separators

_URI = re.compile(r"[^\s<>\"\x00-\x1f\x7f-\x9f]{1,255}")


def _uri(value: str) -> str:
    value = bare_address(value).lower()
    if number_fault(value):
        raise ValueError("a whole number without an extension is expected")
    number = without_separators(value)
    value = number if NUMBER.fullmatch(number) else value
    if not _URI.fullmatch(value):
        raise ValueError("an address of 1 to 255 characters without spaces is expected")
    return value


def _group(value: str) -> str:
    return values.name(value.strip().lower()) if value.strip() else ""


_MEMBERS = (
    Member("name", "name", values.person(128), key="name_key"),
    Member("group", "group_name", _group),
    Member("firstName", "first_name", values.person(64)),
    Member("lastName", "last_name", values.person(64)),
)


def add_phonebook_entry(call: Call, sipId: Record | None = None, entry: Record | None = None) -> Record:  # noqa: N803
    """Add an entry to the phonebook of an account. Its key is the address, which may contain wildcards."""
    row = find_account(call, sipId, lock=True)
    record = entry or {}
    uri = checked("uri", _uri, record.get("uri") or "")
    columns = read_members(_MEMBERS, record, adding=True)
    settings.insert_phonebook_entry(call.connection, columns | {"account_id": row["id"], "uri": uri})
    return _write(_find(call, row["id"], uri))


def update_phonebook_entry(call: Call, sipId: Record | None = None, entry: Record | None = None) -> Record:  # noqa: N803
    """Change a phonebook entry; absent members are left unchanged."""
    row = find_account(call, sipId, lock=True)
    record = entry or {}
    current = _find(call, row["id"], record.get("uri") or "")
    columns = read_members(_MEMBERS, record, adding=False)
    settings.change_phonebook_entry(call.connection, row["id"], current["uri"], columns)
    return _write(_find(call, row["id"], current["uri"]))


def delete_phonebook_entry(call: Call, sipId: Record | None = None, uri: str | None = None) -> None:  # noqa: N803
    """Delete a phonebook entry."""
    row = find_account(call, sipId, lock=True)
    current = _find(call, row["id"], uri or "")
    settings.remove_phonebook_entry(call.connection, row["id"], current["uri"])


def get_phonebook_entries(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    match: Record | None = None,
    range: Record | None = None,
) -> Record:
    """List matching phonebook entries; an empty ``group`` matches those without a group, an absent one all."""
    row = find_account(call, sipId)
    start, count = read_range(call, range)
    conditions = [phonebook.c.account_id == row["id"], *_conditions(match or {})]
    total, rows = settings.phonebook_page(call.connection, conditions, start, count)
    return {"entries": [_write(entry) for entry in rows], "total": total}


def _conditions(match: Record) -> list[ColumnElement[bool]]:
    columns = {"uri": phonebook.c.uri, "name": phonebook.c.name_key}
    conditions = [
        matches_pattern(column, values.fold(checked(name, values.text(320), match[name])))
        for name, column in columns.items()
        if match.get(name)
    ]
    if match.get("group") is not None:
        conditions.append(phonebook.c.group_name == values.fold(match["group"]))
    return conditions


def _find(call: Call, account_id: int, uri: str) -> RowMapping:
    key = uri.strip().lower()
    row = settings.find_phonebook_entry(call.connection, account_id, key)
    if row is None:
        with suppress(ValueError):
            row = settings.find_phonebook_entry(call.connection, account_id, _uri(uri))
    if row is None:
        raise Fault(FaultCode.PHONEBOOK_ENTRY_MISSING, f"The phonebook has no entry {key[:255]}.")
    return row


def _write(row: RowMapping) -> Record:
    return {"uri": row["uri"], **write_members(_MEMBERS, row)}


OPERATIONS: dict[str, Operation] = {
    "addPhonebookEntry": add_phonebook_entry,
    "updatePhonebookEntry": update_phonebook_entry,
    "deletePhonebookEntry": delete_phonebook_entry,
    "getPhonebookEntries": get_phonebook_entries,
}
