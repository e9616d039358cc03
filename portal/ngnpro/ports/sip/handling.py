"""Calls of the Sip port about how calls to and from an account are handled, and about its phonebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

from ngnpro_wire.facts.filters import SPECIAL, escape_filter
from portal.ngnpro.records.handling import PhonebookEntries, PhonebookEntry, PhonebookMatch

from ...codec import members_of
from ...lost import after_set
from ...query import Pattern, Range
from ...records.accounts import SipId
from ...records.handling import AcceptRules, AcceptRulesStatus, CallDiversions
from ..base import Sip


class Phonebook(Sip):
    """Calls to add, replace, delete and list the entries of an account's phonebook."""

    def add_phonebook_entry(self, sip_id: SipId, entry: PhonebookEntry) -> PhonebookEntry:
        """Add an entry and return it as stored; ``AlreadyExists`` if its address exists already."""
        look = partial(self.find_phonebook_entry, sip_id, entry.uri)
        return self._add("addPhonebookEntry", "entry", entry, look, sipId=sip_id)

    def update_phonebook_entry(self, sip_id: SipId, entry: PhonebookEntry) -> PhonebookEntry:
        """Replace an entry and return it as stored; ``Missing`` if it does not exist."""
        look = partial(self.find_phonebook_entry, sip_id, entry.uri)
        return self._update("updatePhonebookEntry", "entry", entry, look, sipId=sip_id)

    def delete_phonebook_entry(self, sip_id: SipId, uri: str) -> None:
        """Delete an entry by its address; ``Missing`` if it does not exist."""
        self._delete("deletePhonebookEntry", partial(self.find_phonebook_entry, sip_id, uri), sipId=sip_id, uri=uri)

    def get_phonebook_entries(
        self, sip_id: SipId, match: PhonebookMatch | None = None, window: Range | None = None
    ) -> PhonebookEntries:
        """Fetch the entries that match, or a window of them."""
        answer = self._read("getPhonebookEntries", sipId=sip_id, match=match and _escaped(match), range=window)
        return self._record(PhonebookEntries, answer)

    def find_phonebook_entry(self, sip_id: SipId, uri: str) -> PhonebookEntry | None:
        """Return one entry by its address, or ``None``."""
        wanted = uri.strip().lower()
        # Some servers do not know the backslash: search once more without it, so that the characters act as wildcards.
        for text in (wanted, Pattern(wanted)) if not SPECIAL.isdisjoint(wanted) else (wanted,):
            found = self.get_phonebook_entries(sip_id, PhonebookMatch(uri=text))
            for entry in found.entries:
                if entry.uri.lower() == wanted:
                    return entry
        return None


def _escaped(match: PhonebookMatch) -> PhonebookMatch:
    """Return the conditions with plain texts escaped (``portal.ngnpro.query``); a group is never a pattern."""
    texts = {"uri": match.uri, "name": match.name}
    plain = {name: escape_filter(text) for name, text in texts.items() if text and not isinstance(text, Pattern)}
    return dataclasses.replace(match, **plain)  # type: ignore[arg-type]


class CallHandling(Sip):
    """Calls to replace and fetch diversions, accept rules, rejected callers and barred destinations."""

    def set_call_diversions(self, sip_id: SipId, diversions: CallDiversions) -> None:
        """Replace all diversions of an account; ``None`` switches a condition off."""
        members = dict(members_of(diversions)) or {"nocondition": "empty"}
        look = partial(self.get_call_diversions, sip_id)
        judge = partial(after_set, diversions)
        self._overwrite("setCallDiversions", diversions, look, judge, sipId=sip_id, diversions=members)

    def get_call_diversions(self, sip_id: SipId) -> CallDiversions:
        """Fetch the diversions of an account."""
        return self._record(CallDiversions, self._read("getCallDiversions", sipId=sip_id))

    def set_accept_rules(self, sip_id: SipId, rules: AcceptRules) -> None:
        """Replace all accept rules of an account."""

        def look() -> AcceptRules:
            return self.get_accept_rules(sip_id).rules

        judge = partial(after_set, rules)
        self._overwrite("setAcceptRules", rules, look, judge, sipId=sip_id, rules=rules)

    def get_accept_rules(self, sip_id: SipId) -> AcceptRulesStatus:
        """Fetch the accept rules of an account, and the phonebook groups that they can name."""
        return self._record(AcceptRulesStatus, self._read("getAcceptRules", sipId=sip_id))

    def set_reject_members(self, sip_id: SipId, members: Sequence[str], before: Sequence[str] | None = None) -> None:
        """Replace the list of callers that are always rejected, as ``sip:`` addresses.

        ``before``: the list as it was read; ``ChangedMeanwhile`` if it has changed since then.
        """
        look = partial(self.get_reject_members, sip_id)
        self._set_list("setRejectMembers", "members", sip_id, members, before, look)

    def get_reject_members(self, sip_id: SipId) -> tuple[str, ...]:
        """Return the callers that are always rejected, as ``sip:`` addresses."""
        return self._texts("getRejectMembers", sipId=sip_id)

    def set_barring_prefixes(self, sip_id: SipId, prefixes: Sequence[str], before: Sequence[str] | None = None) -> None:
        """Replace the list of destinations that cannot be called, as + and E.164 digits.

        ``before``: the list as it was read; ``ChangedMeanwhile`` if it has changed since then.
        """
        look = partial(self.get_barring_prefixes, sip_id)
        self._set_list("setBarringPrefixes", "prefixes", sip_id, prefixes, before, look)

    def get_barring_prefixes(self, sip_id: SipId) -> tuple[str, ...]:
        """Return the destinations that cannot be called, as + and E.164 digits."""
        return self._texts("getBarringPrefixes", sipId=sip_id)

    def _set_list(
        self,
        operation: str,
        member: str,
        sip_id: SipId,
        wanted: Sequence[str],
        before: Sequence[str] | None,
        look: Callable[[], tuple[str, ...]],
    ) -> None:
        arguments = {"sipId": sip_id, member: wanted}
        if before is None:
            self._set(operation, tuple(wanted), look, **arguments)
            return
        judge = partial(after_set, tuple(wanted))
        as_read = {member: list(before)}
        self._compared(operation, str(sip_id), as_read, lambda: {member: list(look())}, look, judge, **arguments)
