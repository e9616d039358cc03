"""What an account has beyond its record: how each part is read, written in the file, and stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.writes import State
from portal.ngnpro import Ngnpro, Range
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import (
    AcceptRules,
    CallDiversions,
    PersistentAcceptRule,
    PhonebookEntry,
    SipId,
    TemporaryAcceptRule,
    VoicemailAccount,
)

from .document import Entry, entry_of, record_of

PHONEBOOK_PAGE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an account: ``members`` of the file, the journal's name for it, and its words.

    ``read`` gives the members as they are in the file. ``state`` makes of them what the journal is told, and ``store``
    stores that.
    """

    members: tuple[str, ...]
    journal: str
    label: str | Promise
    read: Callable[[Ngnpro, SipId, bool], Entry]
    state: Callable[[SipId, Entry], State]
    store: Callable[[Ngnpro, SipId, Any], Any]

    def of(self, entry: Entry) -> Entry:
        """Take the part's members out of an account's entry."""
        return {name: entry[name] for name in self.members if name in entry}


def is_empty(values: Mapping[str, Any]) -> bool:
    """Tell whether a part holds nothing."""
    return not any(values.values())


def _mailbox(ngnpro: Ngnpro, sip_id: SipId, secrets: bool) -> Entry:
    found = or_none(ngnpro.voicemail.get_account, sip_id)
    return {"mailbox": entry_of(found, secrets=secrets) if found else None}


def _diversions(ngnpro: Ngnpro, sip_id: SipId, _secrets: bool) -> Entry:
    return {"diversions": entry_of(ngnpro.sip.get_call_diversions(sip_id))}


def _accept_rules(ngnpro: Ngnpro, sip_id: SipId, _secrets: bool) -> Entry:
    """Read the weekly rules, and a temporary one that has no end; one that runs out is not worth taking along."""
    rules = ngnpro.sip.get_accept_rules(sip_id).rules
    lasting = () if rules.temporary.duration else rules.temporary.groups
    return {"acceptRules": [entry_of(rule) for rule in rules.persistent], "acceptOnly": list(lasting)}


def _rules_of(_sip_id: SipId, values: Entry) -> AcceptRules:
    weekly = tuple(record_of(PersistentAcceptRule, rule) for rule in values.get("acceptRules", ()))
    temporary = TemporaryAcceptRule(groups=tuple(values.get("acceptOnly", ())))
    return AcceptRules(persistent=weekly, temporary=temporary)


def read_phonebook(ngnpro: Ngnpro, sip_id: SipId) -> list[Entry]:
    """Read the whole phonebook of an account, sorted by address."""
    found: list[PhonebookEntry] = []
    while True:
        window = ngnpro.sip.get_phonebook_entries(sip_id, window=Range(len(found), PHONEBOOK_PAGE))
        found += window.entries
        if not window.entries or len(window.entries) < PHONEBOOK_PAGE:
            return [entry_of(one) for one in sorted(found, key=lambda one: one.uri)]


# In the order in which they are stored: diversions may lead to the mailbox.
PARTS = (
    Part(
        ("mailbox",),
        "",
        _("Mailbox"),
        _mailbox,
        lambda sip_id, values: record_of(VoicemailAccount, values["mailbox"], sip_id=sip_id),
        lambda ngnpro, _sip_id, record: ngnpro.voicemail.add_account(record),
    ),
    Part(
        ("diversions",),
        "diversions",
        _("Forwarding"),
        _diversions,
        lambda _sip_id, values: record_of(CallDiversions, values["diversions"]),
        lambda ngnpro, sip_id, record: ngnpro.sip.set_call_diversions(sip_id, record),
    ),
    Part(
        ("acceptRules", "acceptOnly"),
        "accept-rules",
        _("Rules for callers"),
        _accept_rules,
        _rules_of,
        lambda ngnpro, sip_id, record: ngnpro.sip.set_accept_rules(sip_id, record),
    ),
    Part(
        ("rejectMembers",),
        "reject",
        _("Rejected callers"),
        lambda ngnpro, sip_id, _secrets: {"rejectMembers": list(ngnpro.sip.get_reject_members(sip_id))},
        lambda _sip_id, values: {"members": tuple(values["rejectMembers"])},
        lambda ngnpro, sip_id, state: ngnpro.sip.set_reject_members(sip_id, state["members"]),
    ),
    Part(
        ("barringPrefixes",),
        "barring",
        _("Barred prefixes"),
        lambda ngnpro, sip_id, _secrets: {"barringPrefixes": list(ngnpro.sip.get_barring_prefixes(sip_id))},
        lambda _sip_id, values: {"prefixes": tuple(values["barringPrefixes"])},
        lambda ngnpro, sip_id, state: ngnpro.sip.set_barring_prefixes(sip_id, state["prefixes"]),
    ),
)
