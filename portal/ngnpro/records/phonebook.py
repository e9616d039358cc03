"""The phonebook of an account (contract: PhonebookEntry, PhonebookEntries)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookEntry(Record):
    """An entry of an account's phonebook.

    ``uri``: address, lower case, may hold ``%`` and ``_`` as wildcards; the key within the account.
    ``group``: ``vip``, ``business``, ``coworkers``, ``friends``, ``family`` or empty. ``first_name`` and
    ``last_name`` are read only.
    """

    uri: str
    name: str = wire_field("", always=True)
    group: str = wire_field("", always=True)
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookMatch(Record):
    """Conditions for phonebook entries; ``None`` is no condition. An empty ``group`` matches entries without group."""

    uri: str | None = None
    name: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookEntries(Record):
    """A window of a phonebook. ``total`` is the number of all matches; some platforms leave it 0."""

    entries: tuple[PhonebookEntry, ...] = ()
    total: int = 0
