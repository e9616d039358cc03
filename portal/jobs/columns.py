"""The columns of a kind of record in a spreadsheet: reading a row of cells into a record.

The columns are those that its ``Resource`` states, as in the exported lists (``portal.core.spreadsheets``), so that an
exported list can be imported again. An empty cell leaves the member as it is.
"""

from __future__ import annotations

import csv
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ngnpro_wire.facts.display_names import normal_name
from ngnpro_wire.facts.truth import is_true
from portal.core.bulk import ConflictRow
from portal.core.customer_names import CUSTOMER_MEMBERS, CustomerNames
from portal.core.fields import CustomerField, PasswordField
from portal.core.file_entries import types_of
from portal.core.normal_forms import enum_target, host_name, ip_network, mail_address, proxy_addresses, time_zone
from portal.core.resources import NEVER_WRITTEN, Resource
from portal.core.text_encodings import UNREADABLE
from portal.journal.labels import label_of
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records import AclEntry, EnumMapping, SipId
from portal.ngnpro.records.base import Record, shape_of

ROUNDED = re.compile(r"-?[0-9](?:[.,][0-9]+)?E\+[0-9]+|[0-9]+[.,]0+", re.IGNORECASE)
# Cells of text that have a normal form, by the names of their columns.
NORMAL_FORMS: Mapping[str, Callable[[str], str]] = {
    "firstName": normal_name,
    "lastName": normal_name,
    "organization": normal_name,
    "email": mail_address,
    "billingEmail": mail_address,
    "timezone": time_zone,
    "ip": host_name,
    "match_ip_address": proxy_addresses,
}
TRUTHS = {"1", "0", "yes", "no", "true", "false", "on", "off"}
Cells = Mapping[str, str]


def columns_of(resource: Resource) -> dict[str, str]:
    """Map the names of the columns of a kind of record to their labels; those that NGNPro sets are left out."""
    linked = {column.name: str(column.label) for column in resource.linked}
    return {name: label_of(name) for name in resource.imported_columns} | linked


def declared_record(resource: Resource) -> type[Record]:
    if resource.record is None:
        raise TypeError("The resource in room.py declares no record.")
    return resource.record


class Member(NamedTuple):
    """A field of a record: its name, its name on the wire, its type, and whether that is a record with members."""

    name: str
    wire: str
    kind: Any
    is_struct: bool


def members_in(record: type[Any]) -> tuple[Member, ...]:
    """Return the fields of a record, which are looked up once per kind of record."""
    known = _MEMBERS.get(record)
    if known is None:
        hints, names = types_of(record), shape_of(record).wire_names
        known = tuple(Member(name, wire, hints[name], _is_struct(hints[name])) for name, wire in names.items())
        _MEMBERS[record] = known
    return known


_MEMBERS: dict[type[Any], tuple[Member, ...]] = {}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record) and kind is not SipId


def guess_column(resource: Resource, heading: str) -> str:
    """Return the column that a heading names: its wire name or its label, in any case; empty if none."""
    typed = re.sub(r"[\s_]+", "", heading).casefold()
    columns = columns_of(resource)
    by_label = {re.sub(r"\s+", "", label).casefold(): name for name, label in reversed(columns.items())}
    return (by_label | {name.replace("_", "").casefold(): name for name in columns}).get(typed, "")


class RowReader:
    """Reads rows of cells into records of one kind; customers are found by the names that their author may see.

    ``from_sheet``: the texts come from a spreadsheet, which may have rounded numbers.
    """

    def __init__(self, resource: Resource, names: CustomerNames, *, from_sheet: bool = True) -> None:
        self._resource = resource
        self._from_sheet = from_sheet
        self._customers = CustomerField()
        self._passwords = PasswordField()
        self._names = names
        self._is_offered = False

    def read(self, cells: Cells, current: Any | None) -> Any:
        """Return the record that a row of cells asks for; ``current`` is the record as it is, if it exists.

        Raises ``ConflictRow`` for a cell that cannot be read.
        """
        record = declared_record(self._resource)
        fixed = self._resource.read_only | NEVER_WRITTEN | ({"id"} if self._resource.numbered else set())
        return self._record(record, {name: text for name, text in cells.items() if name not in fixed}, current)

    def key_record(self, cells: Cells) -> Any:
        """Return a record with only what the columns of the key say, from which its key can be read.

        A part of a record has no columns of its own, but those of its key alone.
        """
        record, names = declared_record(self._resource), self._resource.columns[: self._resource.key_columns]
        of_key = {name: cells.get(name, "") for name in names} or cells
        return self._record(record, of_key, from_wire(record, {}))

    def _record(self, record: type[Record], cells: Cells, current: Any | None) -> Any:
        values: dict[str, Any] = {}
        for name, wire, kind, is_struct in members_in(record):
            if is_struct:
                values[name] = self._record(kind, cells, getattr(current, name) if current is not None else None)
            elif text := cells.get(wire, "") if kind is str else cells.get(wire, "").strip():
                values[name] = self._value(wire, kind, text, getattr(current, name) if current is not None else None)
        if current is not None:
            return replace(current, **values)
        try:
            return record(**values)
        except TypeError as error:
            needed = [shape_of(record).wire_names[n] for n in shape_of(record).wire_names if n not in values]
            missing = [label_of(name) for name in needed if repr(name) in str(error)] or [label_of(needed[0])]
            raise ConflictRow(_("This is missing: %(what)s.") % {"what": ", ".join(missing)}) from error

    def _value(self, wire: str, kind: Any, text: str, before: Any) -> Any:
        if self._from_sheet and UNREADABLE in text:
            words = {"name": label_of(wire), "text": text}
            raise ConflictRow(_("%(name)s: “%(text)s” is in another encoding than the rest of the file.") % words)
        if self._from_sheet and ROUNDED.fullmatch(text.strip()) and kind is not float:
            words = {"name": label_of(wire), "text": text}
            raise ConflictRow(
                _("%(name)s: a spreadsheet has rounded this number, “%(text)s”. Format the column as text.") % words
            )
        try:
            text = self._resource.cell_readers[wire](text) if wire in self._resource.cell_readers else text
            return self._parsed(wire, kind, text, before)
        except ValidationError as error:
            raise ConflictRow(f"{label_of(wire)}: {' '.join(error.messages)}") from error
        except (ValueError, IndexError) as error:
            words = {"name": label_of(wire), "text": text}
            raise ConflictRow(_("%(name)s: “%(text)s” cannot be read.") % words) from error

    def _parsed(self, wire: str, kind: Any, text: str, before: Any) -> Any:
        if wire in CUSTOMER_MEMBERS:
            return self._customer(text)
        if wire == "password" and self._resource.password_kind is not None:
            return self._passwords.clean(text)
        if kind is str and wire in NORMAL_FORMS:
            return NORMAL_FORMS[wire](text)
        if kind is bool:
            if text.casefold() not in TRUTHS:
                raise ValueError(text)
            return is_true(text) or text.casefold() in ("yes", "on")
        if kind is SipId:
            return SipId.parse(text)
        if typing.get_origin(kind) is tuple:
            return _items(typing.get_args(kind)[0], text, before or ())
        return kind(text)

    def _customer(self, text: str) -> int:
        if not self._is_offered:
            self._names.learn()
            self._customers.know(dict(self._names))
            self._is_offered = True
        return self._customers.clean(text)


def _items(kind: Any, text: str, before: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a list from its cell, in the order of ``before`` as far as it has the same items."""
    texts = next(csv.reader([text], delimiter=";", skipinitialspace=True))
    if kind is str:
        wanted: list[Any] = [one.strip() for one in texts if one.strip()]
    elif kind is AclEntry:
        wanted = [_network(one) for one in texts]
    elif kind is EnumMapping:
        return _mappings(texts, before)
    else:
        return _properties(kind, texts, before)
    kept = [one for one in before if one in wanted]
    return (*kept, *(one for one in wanted if one not in kept))


def _network(text: str) -> AclEntry:
    ip, mask, *tag = text.split(" ", 2)
    network = ip_network(f"{ip}/{mask}")
    return AclEntry(ip=str(network.network_address), mask=network.prefixlen, tag=tag[0] if tag else "")


def _mappings(texts: list[str], before: tuple[EnumMapping, ...]) -> tuple[EnumMapping, ...]:
    """Return mappings; those that exist keep their numbers."""
    stored = {(one.type, one.mapto, one.priority, one.ttl): one for one in before}
    found = []
    for text in texts:
        type_, rest = text.split(" ", 1)
        mapto, priority, ttl = rest.rsplit(" ", 2)
        key = (type_, mapto, int(priority), int(ttl))
        found.append(stored.get(key) or _new_mapping(*key))
    return before if set(found) == set(before) else tuple(found)


def _new_mapping(type_: str, mapto: str, priority: int, ttl: int) -> EnumMapping:
    return EnumMapping(type=type_, mapto=enum_target(type_, mapto), priority=priority, ttl=ttl)


def _properties(kind: Any, texts: list[str], before: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return properties; those that the cell does not name are kept, since secrets are not in exported lists."""
    stored = {one.name: one for one in before}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(text)
        known = stored.get(name)
        stored[name] = replace(known, value=value) if known else kind(name=name, value=value)
    return tuple(stored.values())
