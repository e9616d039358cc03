"""How records are written in the file of a domain, as rooms declare it in their ``Resource`` (docs/export-format.md).

An entry is a JSON object with the members of a record by wire name. Keys of records and usernames of owners are added
under names that the declaration chooses, since an NGNPro number of a customer means nothing on another platform.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from ngnpro_wire.facts.passwords import PasswordKind as PasswordKind
from portal.ngnpro import Ngnpro
from portal.ngnpro.records.base import SECRET_NAME, Record, shape_of

Entry = dict[str, Any]
# Returns whether the password policy refuses a password of a kind.
IsWeak = Callable[[PasswordKind, str], bool]


_TYPES: dict[type[Record], Mapping[str, Any]] = {}


def types_of(record: type[Record]) -> Mapping[str, Any]:
    """Map the fields of a record to their types; cached, since resolving them takes longer than checking an entry."""
    if record not in _TYPES:
        _TYPES[record] = typing.get_type_hints(record)
    return _TYPES[record]


@dataclass(frozen=True, slots=True)
class EntryShape:
    """Which fields of a record are written in an entry.

    ``secrets`` are the fields that are written only on request. ``nested`` are the shapes of the records inside it.
    ``unordered`` lists have no order of their own and are sorted, so that equal records give equal entries.
    ``named_secrets``: the record is a name with a value, and is a secret if its name matches ``SECRET_NAME``.
    """

    record: type[Record]
    fields: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    nested: tuple[EntryShape, ...] = ()
    unordered: frozenset[str] = frozenset()
    named_secrets: bool = False

    @property
    def shapes(self) -> Mapping[type[Record], EntryShape]:
        """Map the types of this record and of those inside it to their shapes."""
        return {self.record: self, **{one.record: one for one in self.nested}}

    @property
    def secret_members(self) -> frozenset[str]:
        """Return the wire names of the secret fields."""
        names = shape_of(self.record).wire_names
        return frozenset(names[name] for name in self.secrets)

    def types(self, *, secrets: bool) -> Mapping[str, Any]:
        """Map the wire names of the members of an entry to their types."""
        names, types = shape_of(self.record).wire_names, types_of(self.record)
        return {names[name]: types[name] for name in (*self.fields, *(self.secrets if secrets else ()))}

    def write(self, record: Record, *, secrets: bool = False) -> Entry:
        """Return the entry of a record."""
        names = shape_of(self.record).wire_names
        values = ((name, getattr(record, name)) for name in self.fields)
        entry = {names[name]: self._plain(name, value, secrets) for name, value in values if value is not None}
        if secrets:
            entry |= {names[name]: value for name in self.secrets if (value := getattr(record, name))}
        return entry

    def _plain(self, name: str, value: Any, secrets: bool) -> Any:
        if isinstance(value, Record):
            return self.shapes[type(value)].write(value, secrets=secrets)
        if not isinstance(value, tuple):
            return value
        items = [self._plain("", one, secrets) for one in value if secrets or not self._is_secret(one)]
        return sorted(items, key=_as_json) if name in self.unordered else items

    def _is_secret(self, value: Any) -> bool:
        shape = self.shapes.get(type(value))
        return shape is not None and shape.named_secrets and bool(SECRET_NAME.search(value.name))

    def read(self, entry: Mapping[str, Any], **more: Any) -> Any:
        """Return the record of an entry that was checked; ``more`` are fields whose values are not in the entry."""
        names, types = shape_of(self.record).wire_names, types_of(self.record)
        fields = (name for name in (*self.fields, *self.secrets) if names[name] in entry)
        values = {name: self._value(types[name], entry[names[name]]) for name in fields}
        return self.record(**{**values, **more})

    def _value(self, kind: Any, value: Any) -> Any:
        if typing.get_origin(kind) is tuple:
            return tuple(self._value(typing.get_args(kind)[0], item) for item in value)
        return self.shapes[kind].read(value) if kind in self.shapes else value


def _as_json(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


class FileRole(Enum):
    """The role of a kind of record in the file of a domain; records are stored in the order of the roles."""

    OWNER = "owns the other records"
    DOMAIN = "the domain itself"
    HOLDER = "must exist before the contents that it holds"
    CONTENT = "in the domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How a record holds others, as a number range holds numbers.

    ``held`` is the list of those in the file. ``covers`` decides from both entries whether the first holds the second.
    ``finder`` returns a function that finds, by the entry of a held record, the record that holds it, and may cache.
    ``missing`` says that a held record has no holder.
    """

    held: str
    covers: Callable[[Entry, Entry], bool]
    finder: Callable[[Ngnpro], Callable[[Entry], Any | None]]
    missing: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class CdrtoolList:
    """The list of a file that CDRTool has exported in which records of a kind, or parts of them, are.

    ``name`` is the list, and ``keys`` maps the key members of an entry here to those that hold them there; of a part,
    the key of its record. ``number`` is the member with the number that other records of the file mean, of owners.
    """

    name: str
    keys: Mapping[str, str]
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """How a kind of record is in the file of a domain.

    ``name`` is its list in the file, and ``label`` its heading in the import preview. ``key`` maps the members that
    identify an entry to functions that read them from a record; ``more`` does so for other members that are not fields.
    ``owners`` are the fields that hold numbers of customers, written as usernames. ``new`` returns the fields of a new
    record that ``shape`` does not read from the entry. ``addresses`` maps members that hold an address to whether
    that address must be in the domain.

    ``of_domain`` iterates over the records of a domain, by domain and page size; with ``may_exist_elsewhere``, a record
    of the file may exist without being among them. ``find`` finds one by the key of its entry where that differs from
    the resource's key. ``prepare`` changes a record before it is written. ``settle`` returns an entry without the
    passwords that the policy refuses, and sentences about them. ``cdrtool`` is where CDRTool's files have the records.

    Only owners: ``add_page`` is the page that the viewer must be able to open to add one, ``is_whole`` whether
    the entry has enough to add one, and ``reference`` the fields written for a viewer who may not see the whole.
    """

    name: str
    label: str | Promise
    role: FileRole
    shape: EntryShape
    key: Mapping[str, Callable[[Any], str]]
    more: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    new: Callable[[Entry], dict[str, Any]] = lambda _entry: {}
    addresses: Mapping[str, bool] = field(default_factory=dict)
    of_domain: Callable[[Ngnpro, str, int], Iterator[Any]] = lambda _ngnpro, _domain, _size: iter(())
    may_exist_elsewhere: bool = False
    find: Callable[[Ngnpro, str], Any | None] | None = None
    prepare: Callable[[Any], Any] = lambda record: record
    settle: Callable[[Entry, IsWeak], tuple[Entry, list[str]]] = lambda entry, _is_weak: (entry, [])
    cdrtool: CdrtoolList | None = None
    holds: Holding | None = None
    add_page: Callable[[Entry], str] = lambda _entry: ""
    is_whole: Callable[[Entry], bool] = lambda _entry: True
    reference: tuple[str, ...] = ()

    def key_of(self, entry: Mapping[str, Any]) -> str:
        """Return the key of an entry: its key members, joined by ``@``."""
        return "@".join(str(entry[name]) for name in self.key)

    def owns_itself(self, entry: Mapping[str, Any]) -> bool:
        """Return whether an entry names itself as its owner, as that of a reseller does."""
        return any(entry.get(name) == self.key_of(entry) for name in self.owners)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInFile:
    """How a part of a record, such as the diversions of an account, is in the entry of that record.

    ``members`` maps the names of its members to their types. ``write`` returns the members of the part's state, as the
    resource finds it, by state and whether secrets are wanted; ``read`` returns the state by the record's key and the
    members. Both are for parts that are stored whole, by the resource's ``add`` if it has one, else its ``update``.
    ``first``: stored before the other parts, which may point to it. ``settle`` and ``cdrtool`` are those of ``InFile``;
    a part with the latter is one member with a record of ``shape``.
    """

    members: Mapping[str, Any]
    label: str | Promise
    write: Callable[[Any, bool], Entry]
    read: Callable[[str, Entry], Any]
    shape: EntryShape | None = None
    first: bool = False
    cdrtool: CdrtoolList | None = None
    settle: Callable[[Entry, IsWeak], tuple[Entry, list[str]]] = lambda entry, _is_weak: (entry, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesInFile:
    """How a list whose entries are stored one by one, such as a phonebook, is in the entry of its record.

    ``member`` is its name there and ``key`` the member that identifies an entry. ``fetch`` returns all of a record's,
    by its key; ``add`` stores one, ``change`` replaces one, and ``delete`` deletes one by its own key. ``find`` and
    ``update`` read and write the list as one state, with the entries as the file has them.
    """

    member: str
    label: str | Promise
    shape: EntryShape
    key: str
    fetch: Callable[[Ngnpro, str], Iterable[Any]]
    add: Callable[[Ngnpro, str, Any], Any]
    change: Callable[[Ngnpro, str, Any], Any]
    delete: Callable[[Ngnpro, str, str], None]

    def find(self, ngnpro: Ngnpro, key: str) -> Mapping[str, Any]:
        """Return the list of a record."""
        return {self.member: tuple(self.shape.write(one) for one in self.fetch(ngnpro, key))}

    def update(self, ngnpro: Ngnpro, key: str, state: Mapping[str, Any], read: Mapping[str, Any] | None) -> None:
        """Add and replace entries; delete those that were read and are no longer wanted. It can be repeated."""
        wanted, known = self._by_key(state), self._by_key(read or {self.member: ()})
        present = self._by_key(self.find(ngnpro, key))
        for name, entry in wanted.items():
            if name not in present:
                self.add(ngnpro, key, self.shape.read(entry))
            elif entry != present[name]:
                self.change(ngnpro, key, self.shape.read(entry))
        for name in known:
            if name in present and name not in wanted:
                self.delete(ngnpro, key, name)

    def _by_key(self, state: Mapping[str, Any]) -> dict[str, Entry]:
        return {entry[self.key]: entry for entry in state[self.member]}

    @property
    def members(self) -> Mapping[str, Any]:
        """Map the member to its type."""
        return {self.member: tuple[self.shape.record, ...]}  # type: ignore[name-defined]
