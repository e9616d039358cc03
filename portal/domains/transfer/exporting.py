"""Writing a domain as a file, line by line as NGNPro returns it, with one page of records in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from portal.core.domain_files.entries import Entries, Owners
from portal.core.domain_files.lines import FileKind, domain_kind, kinds_with
from portal.core.domain_files.reading import FORMAT, VERSION
from portal.core.file_entries import Entry, FileRole
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records.base import Record

PAGE = 100


class DomainExport:
    """The text of a domain's file.

    ``secrets``: with passwords and keys. ``whole_owners``: with everything about its owners, not only what identifies
    them. ``page``: how many records a call fetches. A refusal or outage while iterating leaves the file without its
    end, and such a file cannot be imported.
    """

    def __init__(
        self, ngnpro: Ngnpro, domain: Record, name: str, *, secrets: bool, whole_owners: bool, page: int = PAGE
    ) -> None:
        self._ngnpro = ngnpro
        self._domain = domain
        self._name = name
        self._secrets = secrets
        self._whole_owners = whole_owners
        self._page = page
        self._owners = Owners(ngnpro)
        self._entries = Entries(ngnpro, self._owners, secrets=secrets)
        self._finders = {
            kind.name: kind.in_file.holds.finder(ngnpro) for kind in kinds_with(FileRole.HOLDER) if kind.in_file.holds
        }
        self._holders: dict[str, dict[str, Any]] = {name: {} for name in self._finders}

    def __iter__(self) -> Iterator[str]:
        yield f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"passwords": {json.dumps(self._secrets)},\n'
        yield f'"domain": {as_text(self._entries.entry_of(domain_kind(), self._domain))},\n'
        for kind in kinds_with(FileRole.CONTENT):
            yield from _list_text(kind.name, self._contents(kind))
        for kind in kinds_with(FileRole.HOLDER):
            yield from _list_text(kind.name, self._found_holders(kind))
        for kind in kinds_with(FileRole.OWNER):
            yield from _list_text(kind.name, self._found_owners(kind), last=True)
        yield "}\n"

    def started(self) -> Iterator[str]:
        """Return the text after its beginning was generated, so that an outage there still shows an error page."""
        text = iter(self)
        beginning = [next(text) for _line in range(4)]
        return chain(beginning, text)

    def _contents(self, kind: FileKind) -> Iterator[Entry]:
        """Write the domain's records of a kind; none if this NGNPro server does not support them."""
        try:
            for record in kind.in_file.of_domain(self._ngnpro, self._name, self._page):
                entry = self._entries.entry_of(kind, record)
                self._remember_holders(kind, entry)
                yield entry | self._entries.parts_of(kind, record)
        except errors.NotOffered:
            # Kinds with parts are accounts: without them, the file would be incomplete without saying so.
            if kind.parts:
                raise

    def _remember_holders(self, kind: FileKind, entry: Entry) -> None:
        for holder in kinds_with(FileRole.HOLDER):
            is_held = holder.in_file.holds is not None and holder.in_file.holds.held == kind.name
            found = self._finders[holder.name](entry) if is_held else None
            if found is not None:
                written = self._entries.entry_of(holder, found)
                self._holders[holder.name][holder.in_file.key_of(written)] = written

    def _found_holders(self, kind: FileKind) -> Iterator[Entry]:
        found = self._holders[kind.name]
        return (found[key] for key in sorted(found))

    def _found_owners(self, kind: FileKind) -> Iterator[Entry]:
        for owner in self._owners.fetched():
            if self._whole_owners:
                yield self._entries.entry_of(kind, owner)
            else:
                identity = {name: read(owner) for name, read in kind.in_file.key.items()}
                yield identity | {name: getattr(owner, name) for name in kind.in_file.reference}


def as_text(entry: Entry) -> str:
    """Return an entry as one line of JSON, in a canonical form."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _list_text(name: str, entries: Iterator[Entry], *, last: bool = False) -> Iterator[str]:
    """Write a list with an entry on each line."""
    yield f'"{name}": ['
    between = "\n"
    for entry in entries:
        yield f"{between}{as_text(entry)}"
        between = ",\n"
    yield "\n]\n" if last else "\n],\n"
