"""JSON objects as records: each member is read as the cell of a spreadsheet is, and refused with the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core import passwords
from portal.core.bulk import ConflictRow
from portal.core.customer_names import CUSTOMER_MEMBERS, CustomerNames
from portal.jobs.columns import Member, RowReader, declared_record, members_in
from portal.journal.labels import label_of
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records.base import shape_of

from .catalog import Kind
from .values import cell_of, item_of, replace_member

PASSWORD = "password"  # noqa: S105 - the name of a member
EMPTY: tuple[Any, ...] = (None, "", [], {})


class WrongMembers(Exception):
    """Members that cannot be read: ``found`` are pairs of a member and what is wrong with it."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(dict.fromkeys(detail for _field, detail in found)))
        self.found = found


class BodyReader:
    """Reads the members of an object into a record of one kind."""

    def __init__(self, kind: Kind, names: CustomerNames) -> None:
        self._kind = kind
        self._rows = RowReader(kind.resource, names, from_sheet=False)
        self._wrong: list[tuple[str, str]] = []
        self._cells: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def read(self, body: Mapping[str, Any], now: Any | None) -> Any:
        """Return the record that an object asks for, a new one, or a change of the one as it is (RFC 7396).

        A member that is ``null`` or empty gets the value that it has if it is not set. Raises ``WrongMembers``.
        """
        base = from_wire(declared_record(self._kind.resource), {}) if now is None else now
        for name, value in body.items():
            self._read_member(name, value, base)
        self._stop_if_wrong()
        try:
            record = self._rows.read(self._cells, now)
        except ConflictRow as why:
            raise WrongMembers([("", str(why))]) from why
        for name, value in self._values.items():
            record = put_member(record, name, value)
        self._check_key(record, now)
        self._check_password(record, body)
        return record

    def _read_member(self, name: str, value: Any, base: Any) -> None:
        member = self._kind.members.get(name)
        if member is None:
            self._wrong.append((name, _("%(name)s: there is no such member.") % {"name": name}))
        elif name in self._kind.read_only:
            if value != self._kind.read(base).get(name):
                self._wrong.append((name, _("%(name)s: NGNPro sets this itself.") % {"name": label_of(name)}))
        elif value in EMPTY and not isinstance(value, bool | int | float):
            self._values[name] = empty_of(declared_record(self._kind.resource), name)
        elif name in CUSTOMER_MEMBERS and type(value) is int and value >= 0:
            self._values[name] = value
        else:
            self._read_cell(member, value, base)

    def _read_cell(self, member: Member, value: Any, base: Any) -> None:
        words = {"name": label_of(member.wire), "text": value}
        try:
            if isinstance(value, dict | list) and item_of(member.kind) is None:
                raise ValueError(value)
            text = cell_of(value)
        except ValueError:
            self._wrong.append((member.wire, _("%(name)s: “%(text)s” cannot be read.") % words))
            return
        try:
            self._rows.read({member.wire: text}, base)
        except ConflictRow as why:
            self._wrong.append((member.wire, str(why)))
        self._cells[member.wire] = text
        if isinstance(value, dict) and None in value.values():
            self._remove_names(member, value, base)

    def _remove_names(self, member: Member, value: Mapping[str, Any], base: Any) -> None:
        """Leave out the names that are ``null`` from a list of names with values."""
        read = self._rows.read({member.wire: self._cells.pop(member.wire)}, base)
        gone = {name for name, text in value.items() if text is None}
        self._values[member.wire] = tuple(one for one in getattr(read, member.name) if one.name not in gone)

    def _check_key(self, record: Any, now: Any | None) -> None:
        if now is not None and self._kind.key_of(record) != self._kind.key_of(now):
            key = next(iter(self._kind.members))
            raise WrongMembers([(key, _("%(name)s: this cannot be changed.") % {"name": label_of(key)})])

    def _check_password(self, record: Any, body: Mapping[str, Any]) -> None:
        policy = self._kind.resource.password_kind
        if policy is None or not body.get(PASSWORD):
            return
        try:
            passwords.check_password(policy, record.password, passwords.known_of(record))
        except ValidationError as error:
            raise WrongMembers([(PASSWORD, " ".join(error.messages))]) from error

    def _stop_if_wrong(self) -> None:
        if self._wrong:
            raise WrongMembers(self._wrong)


def put_member(record: Any, wire: str, value: Any) -> Any:
    """Return a record with another value of a member, which may be one of a record inside it."""
    for member in members_in(type(record)):
        if member.is_struct:
            inner = put_member(getattr(record, member.name), wire, value)
            record = replace_member(record, member.name, inner)
        elif member.wire == wire:
            record = replace_member(record, member.name, value)
    return record


def empty_of(record: type[Any], wire: str) -> Any:
    """Return the value of a member that is not set."""
    for member in members_in(record):
        if member.is_struct:
            found = empty_of(member.kind, wire)
            if found is not None:
                return found
        elif member.wire == wire:
            known = shape_of(record).defaults
            return known[member.name] if member.name in known else getattr(from_wire(record, {}), member.name)
    return None
