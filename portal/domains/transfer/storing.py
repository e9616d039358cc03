"""Entries of a file into NGNPro, one by one: what is there and equal is passed over, what differs is left as it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.faults import explain
from portal.core.fields import new_password
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import (
    CustomerAccount,
    EnumId,
    EnumRangeId,
    PhonebookEntry,
    SipId,
)
from portal.ngnpro.records.base import Record

from .document import Entry, record_of
from .entries import Entries, Owners
from .parts import PARTS, Part, is_empty, read_phonebook
from .passwords import settle
from .reading import ACCOUNTS, ALIASES, CUSTOMERS, DOMAIN, NUMBERS, RANGES, Document, Kind

ADDED, COMPLETED, SAME, DIFFERS = "added", "completed", "same", "differs"
PARTLY, FAILED, MISSING = "partly", "failed", "missing"
UNCOMPARED = frozenset({"password", "ha1", "ha1b", "private_key"})


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the file, in the order in which records are stored."""

    kind: Kind
    entry: Entry

    @property
    def key(self) -> str:
        return self.kind.key_of(self.entry)

    def settled(self) -> tuple[Line, str]:
        """Give the line without the passwords that the policy refuses, and words on them."""
        entry, weak = settle(self.kind.name, self.entry)
        return Line(self.kind, entry), weak


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a line, and why where that is to be said."""

    outcome: str
    words: str = ""

    def with_words(self, weak: str) -> Result:
        """Say of a record that was added which of its passwords were left out."""
        if not weak or self.outcome not in (ADDED, PARTLY):
            return self
        return Result(PARTLY, f"{weak} {self.words}".strip())


def lines_of(document: Document) -> list[Line]:
    """List a file's records in the order in which they can be stored: owners, the domain, what is in it."""
    customers = sorted(document.lists[CUSTOMERS.name], key=lambda entry: not is_reseller(entry))
    lines = [Line(CUSTOMERS, entry) for entry in customers]
    lines.append(Line(DOMAIN, document.domain))
    for kind in (RANGES, ACCOUNTS, ALIASES, NUMBERS):
        lines += [Line(kind, entry) for entry in document.lists[kind.name]]
    return lines


def is_reseller(entry: Entry) -> bool:
    """Tell whether a customer's entry is that of a reseller: he is his own."""
    return bool(entry.get("reseller") == entry["username"])


def is_reference(entry: Entry) -> bool:
    """Tell whether a customer's entry only says who it is, so that no customer can be made of it."""
    return "lastName" not in entry


def differing(entry: Entry, present: Entry) -> list[str]:
    """Name the members in which a record differs from the file's entry; what the file does not say is no difference."""
    return sorted(name for name in present if name in entry and name not in UNCOMPARED and entry[name] != present[name])


@dataclass(frozen=True, slots=True)
class Call:
    """How records of one kind are found and added."""

    find: Callable[[Ngnpro, Entry], Any]
    add: Callable[[Ngnpro, Any], Any]


CALLS: dict[str, Call] = {
    CUSTOMERS.name: Call(
        lambda ngnpro, entry: ngnpro.customers.find_account(entry["username"]),
        lambda ngnpro, record: ngnpro.customers.add_account(record),
    ),
    DOMAIN.name: Call(
        lambda ngnpro, entry: ngnpro.sip.find_domain(entry["domain"]),
        lambda ngnpro, record: ngnpro.sip.add_domain(record),
    ),
    RANGES.name: Call(
        lambda ngnpro, entry: ngnpro.enum.find_range(EnumRangeId(prefix=entry["prefix"], tld=entry["tld"])),
        lambda ngnpro, record: ngnpro.enum.add_range(record),
    ),
    ACCOUNTS.name: Call(
        lambda ngnpro, entry: or_none(ngnpro.sip.get_account, SipId.parse(entry["address"])),
        lambda ngnpro, record: ngnpro.sip.add_account(record),
    ),
    ALIASES.name: Call(
        lambda ngnpro, entry: or_none(ngnpro.sip.get_alias, SipId.parse(entry["alias"])),
        lambda ngnpro, record: ngnpro.sip.add_alias(record),
    ),
    NUMBERS.name: Call(
        lambda ngnpro, entry: or_none(ngnpro.enum.get_number, EnumId(number=entry["number"], tld=entry["tld"])),
        lambda ngnpro, record: ngnpro.enum.add_number(record),
    ),
}

# The fields of a new record that its entry says otherwise.
KEYS: dict[str, Callable[[Entry], dict[str, Any]]] = {
    DOMAIN.name: lambda entry: {"domain": entry["domain"]},
    RANGES.name: lambda entry: {"id": EnumRangeId(prefix=entry["prefix"], tld=entry["tld"])},
    NUMBERS.name: lambda entry: {"id": EnumId(number=entry["number"], tld=entry["tld"])},
    ALIASES.name: lambda entry: {"id": SipId.parse(entry["alias"]), "target": SipId.parse(entry["target"])},
    ACCOUNTS.name: lambda entry: {
        "id": SipId.parse(entry["address"]),
        "password": password_of(entry),
        "ha1": "",
        "ha1b": "",
    },
}


class Store:
    """Stores a file's lines in a viewer's name; ``may_add`` says whether he may add the customer of an entry."""

    def __init__(self, ngnpro: Ngnpro, writes: Writes, document: Document, may_add: Callable[[Entry], bool]) -> None:
        self._ngnpro = ngnpro
        self._writes = writes
        self._may_add = may_add
        self._owners = Owners(ngnpro)
        self._entries = Entries(self._owners, secrets=document.passwords)
        self._customers = {entry["username"]: entry for entry in document.lists[CUSTOMERS.name]}

    def put(self, line: Line) -> Result:
        """Store one line, unless it is there; a refusal is its result, an outage ends the work (``errors.Outage``)."""
        line, weak = line.settled()
        try:
            present = CALLS[line.kind.name].find(self._ngnpro, line.entry)
            return self._keep(line, present) if present is not None else self._add(line).with_words(weak)
        except errors.Refusal as refusal:
            return Result(FAILED, explain(refusal).what)

    def _keep(self, line: Line, present: Record) -> Result:
        if line.kind is CUSTOMERS:
            return Result(SAME)
        if names := differing(line.entry, self._entries.of(present)):
            return Result(DIFFERS, _("It is there and differs in %(names)s; it stays as it is.") % _named(names))
        return self._complete(line, new=False) if line.kind is ACCOUNTS else Result(SAME)

    def _add(self, line: Line) -> Result:
        if line.kind is CUSTOMERS and not self._may_add(line.entry):
            return Result(MISSING, str(why_missing(line.entry)))
        record = self._record(line)
        with self._writes.change(None, record) as write:
            stored = write.stored = CALLS[line.kind.name].add(self._ngnpro, record)
        names = [] if line.kind is CUSTOMERS else differing(line.entry, self._entries.of(stored))
        result = self._complete(line, new=True) if line.kind is ACCOUNTS else Result(ADDED)
        if not names:
            return result
        words = _("NGNPro stored it with another %(names)s.") % _named(names)
        return Result(PARTLY, f"{words} {result.words}".strip())

    def _record(self, line: Line) -> Record:
        """Make the record that is added, with its owners as this platform numbers them."""
        entry = line.entry
        if line.kind is CUSTOMERS:
            reseller = 0 if is_reseller(entry) else self._owner(entry.get("reseller"))
            named = {"username": entry["username"], "password": entry.get("password") or new_password()}
            return record_of(CustomerAccount, entry, **named, reseller=reseller)  # type: ignore[no-any-return]
        owners = {name: self._owner(entry[name]) for name in ("owner", "customer", "reseller") if entry.get(name)}
        return record_of(line.kind.record, entry, **KEYS[line.kind.name](entry), **owners)  # type: ignore[no-any-return]

    def _owner(self, username: str | None) -> int:
        """Find an owner; one who should have been added and is not there is a reason to leave the record alone."""
        number = self._owners.number(username)
        entry = self._customers.get(username or "")
        if not number and entry is not None and self._may_add(entry):
            raise errors.Missing(0, _("Its owner %(username)s is not there.") % {"username": username})
        return number

    def _complete(self, line: Line, *, new: bool) -> Result:
        """Store what an account has beyond its record, as far as there is nothing yet."""
        sip_id = SipId.parse(line.entry["address"])
        troubles: list[str] = []
        wrote = False
        for part in PARTS:
            values = part.of(line.entry)
            try:
                wrote |= self._put_part(part, sip_id, values, new=new, troubles=troubles)
            except errors.Refusal as refusal:
                troubles.append(f"{part.label}: {explain(refusal).what}")
        wrote |= self._put_phonebook(sip_id, line.entry.get("phonebook", []), troubles, new=new)
        if troubles:
            return Result(PARTLY, " ".join(troubles))
        return Result(ADDED if new else COMPLETED if wrote else SAME)

    def _put_part(self, part: Part, sip_id: SipId, values: Entry, *, new: bool, troubles: list[str]) -> bool:
        if is_empty(values):
            return False
        present = {} if new else part.read(self._ngnpro, sip_id, False)
        if not is_empty(present):
            if any(_without_secrets(values.get(name)) != present[name] for name in present):
                troubles.append(_("%(part)s is there and differs; it stays as it is.") % {"part": part.label})
            return False
        state = part.state(sip_id, values)
        about = {"about": ("account", str(sip_id)), "part": part.journal} if part.journal else {}
        with self._writes.change(part.state(sip_id, _nothing(values)) if part.journal else None, state, **about):
            part.store(self._ngnpro, sip_id, state)
        return True

    def _put_phonebook(self, sip_id: SipId, wanted: list[Entry], troubles: list[str], *, new: bool) -> bool:
        if not wanted:
            return False
        try:
            present = {} if new else {entry["uri"]: entry for entry in read_phonebook(self._ngnpro, sip_id)}
            for entry in wanted:
                if entry["uri"] not in present:
                    self._add_contact(sip_id, record_of(PhonebookEntry, entry))
        except errors.Refusal as refusal:
            troubles.append(f"{_('Contacts')}: {explain(refusal).what}")
            return False
        if any(entry != present.get(entry["uri"], entry) for entry in wanted):
            troubles.append(_("Contacts that are there and differ stay as they are."))
        return any(entry["uri"] not in present for entry in wanted)

    def _add_contact(self, sip_id: SipId, contact: PhonebookEntry) -> None:
        with self._writes.change(None, contact, about=("account", str(sip_id)), part="phonebook"):
            self._ngnpro.sip.add_phonebook_entry(sip_id, contact)


def password_of(entry: Entry) -> str:
    """Give the password of a new account: clear, or as digests (contract: Passwords), else one that nobody knows."""
    if entry.get("password"):
        return str(entry["password"])
    if entry.get("ha1") and entry.get("ha1b"):
        return f"{entry['ha1']}:{entry['ha1b']}"
    return secrets.token_urlsafe(24)


def why_missing(entry: Entry) -> str | Promise:
    """Say why a customer of the file who is not there is not added."""
    if is_reference(entry):
        return gettext_lazy("Is not there, and the file does not say enough to add it. What it owns will be nobody's.")
    return gettext_lazy("Is not there, and you may not add it. What it owns will be nobody's.")


def _without_secrets(value: Any) -> Any:
    return {name: item for name, item in value.items() if name not in UNCOMPARED} if isinstance(value, dict) else value


def _nothing(values: Entry) -> Entry:
    """Give a part with nothing in it."""
    return {name: type(value)() for name, value in values.items()}


def _named(names: list[str]) -> dict[str, str]:
    return {"names": ", ".join(names)}


def owners_named(document: Document) -> Iterator[str]:
    """Name the owners that the file's records have, each once."""
    named = {document.domain.get("customer"), document.domain.get("reseller")}
    for kind in (RANGES, ACCOUNTS, ALIASES, NUMBERS):
        for entry in document.lists[kind.name]:
            named |= {entry.get("owner"), entry.get("customer"), entry.get("reseller")}
    yield from sorted(name for name in named if name)
