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
