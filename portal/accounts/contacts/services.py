"""Import of contacts from a file: plan what will be added, then add it and report the result of each contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ngnpro_wire.facts.display_names import normal_name
from portal.accounts.contacts.choices import (
    NAME_LENGTH,
    ContactCandidate,
    ContactProblem,
    ContactsRead,
    contact_address,
    group_of,
    quoted_line,
    same_address,
)
from portal.core.error_pages import explain_error
from portal.core.forms import NOT_XML
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, Query, Range, errors, pattern_beginning
from portal.ngnpro.records import PhonebookEntry, PhonebookMatch, SipAccount, SipFilter, SipId

CHUNK = 1000
# The maximum length to read of a contact's list of groups, because all contacts of a card share one list.
GROUPS_LENGTH = 1000
PART = "phonebook"


def phonebook_reference(sip_id: SipId) -> dict[str, Any]:
    """Return the journal's reference to the phonebook that is changed."""
    return {"about": ("account", str(sip_id)), "part": PART}


def iter_contacts(ngnpro: Ngnpro, sip_id: SipId, match: PhonebookMatch | None = None) -> Iterator[PhonebookEntry]:
    """Yield all contacts that match, a thousand per request."""
    start = 0
    while True:
        found = ngnpro.sip.get_phonebook_entries(sip_id, match, Range(start, CHUNK)).entries
        yield from found
        start += len(found)
        if len(found) < CHUNK:
            return


def missing_contacts(ngnpro: Ngnpro, sip_id: SipId, entries: Iterable[PhonebookEntry]) -> frozenset[str] | None:
    """Return the contacts that name an account which does not exist: one call. ``None`` if the server does not say."""
    named = [entry.uri for entry in entries if "@" in entry.uri]
    if not named:
        return frozenset()
    if not (ngnpro.watch.is_there and ngnpro.watch.offers("getMissingContacts")):
        return None
    try:
        return frozenset(ngnpro.watch.get_missing_contacts(sip_id, named))
    except errors.NgnproError:
        return None


@dataclass(frozen=True, slots=True)
class ContactImportPlan:
    """The import preview: contacts to add, skipped lines with reasons, and ``notes`` on contacts to add."""

    add: list[PhonebookEntry]
    skip: list[ContactProblem]
    notes: list[ContactProblem]


def plan_import(read: ContactsRead, existing: Sequence[PhonebookEntry], domain: str) -> ContactImportPlan:
    """Plan the import of a file, given the existing contacts."""
    known = {same_address(entry.uri): _("It is already a contact.") for entry in existing}
    made = ContactImportPlan([], list(read.problems), [])
    for one in read.candidates:
        try:
            entry = _entry(one, domain)
        except ValidationError as error:
            made.skip.append(_problem(one, " ".join(error.messages)))
            continue
        if reason := known.get(entry.uri):
            made.skip.append(_problem(one, reason))
            continue
        known[entry.uri] = _("It is in this file twice; the first one is used.")
        made.add.append(entry)
        if one.group and not entry.group:
            made.notes.append(_problem(one, _("There is no group “%(group)s”.") % {"group": quoted_line(one.group)}))
    made.skip.sort(key=lambda problem: problem.line)
    return made


def _entry(one: ContactCandidate, domain: str) -> PhonebookEntry:
    """Convert a candidate to a contact. Raises ``ValidationError`` if it is invalid."""
    if len(one.name) > NAME_LENGTH:
        raise ValidationError(_("The name is longer than %(length)s characters.") % {"length": NAME_LENGTH})
    if NOT_XML.search(one.name) or NOT_XML.search(one.address):
        raise ValidationError(_("It contains a control character."))
    words = re.split(r"[,;:*]+", one.group[:GROUPS_LENGTH])
    group = next((found for word in words if (found := group_of(word))), "")
    name = normal_name(one.name)
    return PhonebookEntry(uri=contact_address(one.address, domain), name=name, group=group)


def _problem(one: ContactCandidate, reason: str) -> ContactProblem:
    return ContactProblem(one.line, quoted_line(" ".join(filter(None, (one.name, one.address)))), reason)


@dataclass(slots=True)
class ContactImportOutcome:
    """The result of an import: added contacts, refused ones with reasons, and those not tried or uncertain."""

    added: list[PhonebookEntry] = field(default_factory=list)
    refused: list[tuple[PhonebookEntry, str]] = field(default_factory=list)
    left: list[PhonebookEntry] = field(default_factory=list)
    outage: errors.Outage | None = None


def add_all(ngnpro: Ngnpro, writes: Writes, sip_id: SipId, entries: Sequence[PhonebookEntry]) -> ContactImportOutcome:
    """Add contacts one by one; a refusal affects only its contact, an outage stops the import."""
    outcome = ContactImportOutcome()
    for place, entry in enumerate(entries):
        try:
            with writes.change(None, entry, **phonebook_reference(sip_id)) as write:
                write.stored = ngnpro.sip.add_phonebook_entry(sip_id, entry)
        except errors.Refusal as refusal:
            outcome.refused.append((entry, explain_error(refusal).what))
            continue
        except errors.Outage as outage:
            outcome.outage, outcome.left = outage, list(entries[place:])
            break
        outcome.added.append(entry)
    return outcome


def pack_contacts(entries: Sequence[PhonebookEntry]) -> list[list[str]]:
    """Convert contacts to lists that a form can store."""
    return [[entry.uri, entry.name, entry.group] for entry in entries]


def unpack_contacts(packed: Sequence[Sequence[str]]) -> list[PhonebookEntry]:
    """Convert lists made by ``pack_contacts`` back to contacts."""
    return [PhonebookEntry(uri=uri, name=name, group=group) for uri, name, group in packed]


MOST_FOUND, SHORTEST_SEARCH = 20, 3


def search_directory(ngnpro: Ngnpro, account: SipAccount, sought: str) -> list[SipAccount]:
    """Return accounts of the same customer whose first or last name begins with a text, by name, without this one.

    NGNPro is asked with the rights of the customer of the account's domain, so nothing of others is found. At most one
    more than ``MOST_FOUND`` are returned.
    """
    wanted, window = pattern_beginning(sought), Range(0, MOST_FOUND + 2)
    found: dict[str, SipAccount] = {}
    for names in (SipFilter(first_name=wanted), SipFilter(last_name=wanted)):
        page = ngnpro.sip.get_accounts(Query(filter=names, range=window))
        found |= {str(one.id): one for one in page if one.customer == account.customer and one.id != account.id}
    return sorted(found.values(), key=lambda one: (one.last_name, one.first_name, str(one.id)))[: MOST_FOUND + 1]
