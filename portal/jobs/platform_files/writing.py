"""Writing the records that a viewer may see as a platform's file, a page of a list at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import yaml

from portal.core.access import may_open
from portal.core.domain_files.entries import Owners
from portal.core.file_entries import EntriesInFile, Entry
from portal.core.resources import require_declared
from portal.core.viewer import Viewer
from portal.jobs.columns import members_in
from portal.jobs.objects.values import is_named_value, item_of
from portal.ngnpro import CallPlan, Ngnpro, errors
from portal.ngnpro.ports.base import iterate_records
from portal.ngnpro.records.base import shape_of

from .kinds import CUSTOMER_NUMBERS, ListedKind, listed_kinds
from .reading import FORMAT
from .values import written

PAGE = 100
WIDTH = 120
Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class PlatformExport:
    """The text of a platform's file, without secrets; iterate over it to get its pieces.

    ``lists`` are the lists that are written, as far as the viewer may open them; ``None`` for all. A list
    that this NGNPro server does not offer is left out.
    """

    def __init__(self, ngnpro: Ngnpro, viewer: Viewer, lists: Iterable[str] | None = None) -> None:
        self._ngnpro = ngnpro
        self._owners = Owners(ngnpro)
        wanted = frozenset(listed_kinds() if lists is None else lists)
        self._lists = [
            one
            for one in listed_kinds().values()
            if one.name in wanted and may_open(viewer, f"{one.resource.room}:list")
        ]
        self._names: dict[str, dict[int, str]] = {}

    def __iter__(self) -> Iterator[str]:
        yield f"format: {FORMAT}\n"
        for listed in self._lists:
            entries = self._entries(listed)
            try:
                first = list(islice(entries, 1))
            except errors.NotOffered:
                continue
            yield f"{listed.name}:\n" if first else f"{listed.name}: []\n"
            for entry in (*first, *entries) if first else ():
                yield yaml.dump([entry], Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)

    def _entries(self, listed: ListedKind) -> Iterator[Entry]:
        records = iterate_records(partial(require_declared(listed.resource.fetch), self._ngnpro), page_size=PAGE)
        while page := list(islice(records, PAGE)):
            keys = [listed.kind.key_of(record) for record in page]
            plans = [CallPlan(partial(_parts_of, listed=listed, key=key)) for key in keys]
            found = self._ngnpro.batch(plans) if listed.parts else []
            for position, record in enumerate(page):
                yield self._entry(listed, record) | (found[position].get() if found else {})

    def _entry(self, listed: ListedKind, record: Any) -> Entry:
        values: Entry = {}
        _collect(record, values)
        for name in CUSTOMER_NUMBERS & set(values):
            values[name] = self._owners.username(values[name]) or values[name] or None
        for reference in listed.references:
            if name := self._name_of(reference, values[reference.number]):
                values[reference.name] = name
                del values[reference.number]
        return {name: values[name] for name in listed.members if values.get(name) is not None}

    def _name_of(self, reference: Any, number: int) -> str:
        """Return the name of a record that others name; empty if several have it, so that its number is written."""
        if reference.name not in self._names:
            kind = next(one for one in listed_kinds().values() if one.resource.name == reference.name)
            records = list(iterate_records(partial(require_declared(kind.resource.fetch), self._ngnpro)))
            folded = [one.name.strip().casefold() for one in records]
            self._names[reference.name] = {
                one.id: one.name for one in records if folded.count(one.name.strip().casefold()) == 1
            }
        return self._names[reference.name].get(number, "")


def _collect(record: Any, found: Entry) -> None:
    """Put the members of a record into an entry, without secrets; of properties, those that are no secrets."""
    secrets = shape_of(type(record)).secrets
    for member in members_in(type(record)):
        value = getattr(record, member.name)
        if member.is_struct:
            _collect(value, found)
        elif is_named_value(item_of(member.kind)):
            found[member.wire] = written(value) or {}
        elif member.name not in secrets:
            found[member.wire] = written(value)


def _parts_of(ngnpro: Ngnpro, listed: ListedKind, key: str) -> Entry:
    """Return the members of a record's parts that are not empty, as far as this NGNPro server has them."""
    found: Entry = {}
    for resource, declared in listed.parts:
        try:
            if isinstance(declared, EntriesInFile):
                found[declared.member] = [declared.shape.write(one) for one in declared.fetch(ngnpro, key)]
            elif resource.find:
                state = resource.find(ngnpro, key)
                found |= {} if state is None else declared.write(state, False)
        except (errors.NotOffered, errors.NotPermitted, errors.Missing):
            continue
    return {name: value for name, value in found.items() if value}
