"""A domain's file as somebody brings it: read whole and checked, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core.fields import domain_name
from portal.ngnpro.records import (
    CallDiversions,
    CustomerAccount,
    EnumNumber,
    EnumRange,
    PersistentAcceptRule,
    PhonebookEntry,
    SipAccount,
    SipAlias,
    SipDomain,
    SipId,
    VoicemailAccount,
)
from portal.ngnpro.records.base import Record

from .document import FORMAT, MOST_RECORDS, VERSION, Entry, Wrong, check_record, parse

Reference = str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record in the file: its name there, members beside the record's own, and those that are its key."""

    name: str
    record: type[Record]
    more: Mapping[str, Any]
    key: tuple[str, ...]

    def key_of(self, entry: Mapping[str, Any]) -> str:
        """Name an entry among its kind."""
        return "@".join(str(entry[name]) for name in self.key)


DOMAIN = Kind("domain", SipDomain, {"domain": str, "customer": Reference, "reseller": Reference}, ("domain",))
ACCOUNTS = Kind(
    "accounts",
    SipAccount,
    {
        "address": str,
        "owner": Reference,
        "mailbox": VoicemailAccount | None,
        "diversions": CallDiversions,
        "phonebook": tuple[PhonebookEntry, ...],
        "acceptRules": tuple[PersistentAcceptRule, ...],
        "acceptOnly": tuple[str, ...],
        "rejectMembers": tuple[str, ...],
        "barringPrefixes": tuple[str, ...],
    },
    ("address",),
)
ALIASES = Kind("aliases", SipAlias, {"alias": str, "target": str, "owner": Reference}, ("alias",))
NUMBERS = Kind("numbers", EnumNumber, {"number": str, "tld": str, "owner": Reference}, ("number", "tld"))
RANGES = Kind(
    "ranges",
    EnumRange,
    {"prefix": str, "tld": str, "customer": Reference, "reseller": Reference},
    ("prefix", "tld"),
)
CUSTOMERS = Kind("customers", CustomerAccount, {"username": str, "reseller": Reference}, ("username",))
KINDS = (CUSTOMERS, RANGES, ACCOUNTS, ALIASES, NUMBERS)


@dataclass(frozen=True, slots=True)
class Document:
    """A domain's file after all checks; ``lists`` are its entries by the kind's name."""

    passwords: bool
    domain: Entry
    lists: Mapping[str, tuple[Entry, ...]]

    @property
    def name(self) -> str:
        return str(self.domain["domain"])


def read(data: bytes) -> Document:
    """Read and check a file; ``Wrong`` says in a sentence what is not accepted, and where."""
    found = parse(data)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Wrong(_("This is not a file of a domain that a portal like this one has written."))
    if found.get("version") != VERSION:
        raise Wrong(
            _("The file is of version %(theirs)s; this portal reads version %(ours)s.")
            % {"theirs": str(found.get("version"))[:20], "ours": VERSION}
        )
    known = {"format", "version", "passwords", DOMAIN.name, *(kind.name for kind in KINDS)}
    if strange := sorted(set(found) - known):
        raise Wrong(_("The file has a part “%(name)s” that this portal does not know.") % {"name": strange[0][:60]})
    passwords = found.get("passwords") is True
    domain = found.get(DOMAIN.name)
    _check(DOMAIN, domain, DOMAIN.name, passwords)
    lists = {kind.name: _read_list(kind, found.get(kind.name), passwords) for kind in KINDS}
    document = Document(passwords, domain, lists)  # type: ignore[arg-type]
    _check_names(document)
    return document


def _read_list(kind: Kind, entries: Any, passwords: bool) -> tuple[Entry, ...]:
    if not isinstance(entries, list) or len(entries) > MOST_RECORDS:
        raise Wrong(
            _("The file's “%(name)s” is not a list of at most %(most)s entries.")
            % {"name": kind.name, "most": MOST_RECORDS}
        )
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        where = f"{kind.name}[{number}]"
        _check(kind, entry, where, passwords)
        if (key := kind.key_of(entry).lower()) in seen:
            raise Wrong(_("%(where)s is there twice: %(key)s.") % {"where": where, "key": key[:200]})
        seen.add(key)
    return tuple(entries)


def _check(kind: Kind, entry: Any, where: str, passwords: bool) -> None:
    check_record(kind.record, entry, where, kind.more, secrets=passwords)
    for name in kind.key:
        if not entry.get(name):
            raise Wrong(_("%(where)s has no “%(name)s”.") % {"where": where, "name": name})


def _check_names(document: Document) -> None:
    """Check that addresses are addresses, and that all accounts and aliases are in the file's own domain."""
    try:
        name = domain_name(document.name)
    except ValidationError as error:
        raise Wrong(f"domain.domain: {error.messages[0]}") from None
    if name != document.name:
        raise Wrong(_("domain.domain is not written as it is stored: %(name)s.") % {"name": name})
    for kind, member in ((ACCOUNTS, "address"), (ALIASES, "alias"), (ALIASES, "target")):
        for number, entry in enumerate(document.lists[kind.name]):
            where = f"{kind.name}[{number}].{member}"
            address = _address(entry.get(member), where)
            if member != "target" and address.domain != name:
                raise Wrong(_("%(where)s is not in %(domain)s.") % {"where": where, "domain": name})


def _address(text: Any, where: str) -> SipId:
    try:
        return SipId.parse(text or "")
    except ValueError:
        raise Wrong(_("%(where)s is not an address of the form user@domain.") % {"where": where}) from None
