"""Sip port: phonebooks."""

from __future__ import annotations

import dataclasses
from functools import partial

from ngnpro_wire.facts.filters import SPECIAL, escape_filter

from ...query import Pattern, Range
from ...records.accounts import SipId
from ...records.phonebook import PhonebookEntries, PhonebookEntry, PhonebookMatch
from ..base import Sip


class Phonebook(Sip):
    """Adds, replaces, deletes and lists the entries of an account's phonebook."""

    def add_phonebook_entry(self, sip_id: SipId, entry: PhonebookEntry) -> PhonebookEntry:
        """Add an entry and return it as stored; ``AlreadyExists`` when its address is taken."""
        look = partial(self.find_phonebook_entry, sip_id, entry.uri)
        return self._add("addPhonebookEntry", "entry", entry, look, sipId=sip_id)

    def update_phonebook_entry(self, sip_id: SipId, entry: PhonebookEntry) -> PhonebookEntry:
        """Replace an entry and return it as stored; ``Missing`` when it is not there."""
        look = partial(self.find_phonebook_entry, sip_id, entry.uri)
        return self._update("updatePhonebookEntry", "entry", entry, look, sipId=sip_id)

    def delete_phonebook_entry(self, sip_id: SipId, uri: str) -> None:
        """Delete an entry by its address; ``Missing`` when it is not there."""
        self._delete("deletePhonebookEntry", partial(self.find_phonebook_entry, sip_id, uri), sipId=sip_id, uri=uri)

    def get_phonebook_entries(
        self, sip_id: SipId, match: PhonebookMatch | None = None, window: Range | None = None
    ) -> PhonebookEntries:
        """List entries that match, or a window of them."""
        answer = self._read("getPhonebookEntries", sipId=sip_id, match=match and _escaped(match), range=window)
        return self._record(PhonebookEntries, answer)

    def find_phonebook_entry(self, sip_id: SipId, uri: str) -> PhonebookEntry | None:
        """Find one entry by its address."""
        wanted = uri.strip().lower()
        # Some servers do not know the backslash; there the characters after it are the wildcards that they are.
        for text in (wanted, Pattern(wanted)) if not SPECIAL.isdisjoint(wanted) else (wanted,):
            found = self.get_phonebook_entries(sip_id, PhonebookMatch(uri=text))
            for entry in found.entries:
                if entry.uri.lower() == wanted:
                    return entry
        return None


def _escaped(match: PhonebookMatch) -> PhonebookMatch:
    """Escape plain texts (``portal.ngnpro.query``); a group is never a pattern."""
    texts = {"uri": match.uri, "name": match.name}
    plain = {name: escape_filter(text) for name, text in texts.items() if text and not isinstance(text, Pattern)}
    return dataclasses.replace(match, **plain)  # type: ignore[arg-type]
