"""Rows of a spreadsheet as rows of a job: finding its headings, storing its rows, and the record that each asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _

from portal.core import passwords
from portal.core.bulk import ConflictRow, SkipRow
from portal.core.customer_names import CustomerNames
from portal.core.resources import Reference, Resource, require_declared
from portal.core.rooms import resource_of
from portal.core.sealing import seal
from portal.core.sheet_files import Sheet, UnreadableFile, typed_text
from portal.journal.labels import label_of
from portal.ngnpro import Ngnpro

from .choices import REPORT, TO_WRITE, TROUBLED, UNFINISHED, RowState, Verb
from .columns import RowReader, columns_of, guess_column
from .images import image_of
from .models import ColumnChoice, Job, JobRow

ROWS_ABOVE = 10
PASSWORD = "password"  # noqa: S105 - the name of a column
IGNORED = ""
ADD, UPDATE, CHANGE = "add", "update", "change"
# The states of a compared row that another one above can turn into a conflict.
REPEATABLE = (*TO_WRITE, RowState.SKIPPED)
# The cells of a row: those of a file in order, or by column, or those of a linked record (``linked_rows``).
Item = list[str] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of a spreadsheet that names its columns, and how the spreadsheet was read."""

    line: int
    texts: list[str]
    encoding: str
    separator: str

    def as_data(self, mapping: list[str], mode: str) -> dict[str, Any]:
        """Return what a job stores of its file: the headings, and for each its column, or an empty text."""
        return {
            "line": self.line,
            "headings": self.texts,
            "encoding": self.encoding,
            "separator": self.separator,
            "mapping": mapping,
            "mode": mode,
        }


def headings_of(resource: Resource, sheet: Sheet) -> tuple[Headings, Iterator[tuple[int, list[str]]]]:
    """Return the headings of a spreadsheet and the rows below them; raises ``UnreadableFile`` for an empty one.

    The headings are the row among the first ten that names the most columns.
    """
    rows = iter(sheet.rows)
    first = list(islice(rows, ROWS_ABOVE))
    if not first:
        raise UnreadableFile(_("The file has no rows."))
    named = [[typed_text(text).strip() for text in texts] for _line, texts in first]
    at = max(range(len(first)), key=lambda index: (sum(map(bool, _guesses(resource, named[index]))), -index))
    return Headings(first[at][0], named[at], sheet.encoding, sheet.separator), chain(first[at + 1 :], rows)


def _guesses(resource: Resource, texts: list[str]) -> list[str]:
    return [guess_column(resource, text) for text in texts]


def mapping_for(job: Job, resource: Resource, texts: list[str]) -> list[str]:
    """Return the column of each heading: as its author chose for these headings before, else by their names."""
    known = ColumnChoice.objects.filter(who=job.who, kind=resource.name, headings=texts).first()
    if known is not None:
        return list(known.mapping)
    guessed = _guesses(resource, texts)
    return [name if name not in guessed[:index] else IGNORED for index, name in enumerate(guessed)]


def remember_mapping(job: Job) -> None:
    """Store the columns that a job's author has chosen for the headings of its file."""
    sheet = job.sheet or {}
    ColumnChoice.objects.update_or_create(
        who=job.who, kind=job.kind, headings=sheet["headings"], defaults={"mapping": sheet["mapping"]}
    )


def file_rows(job: Job, rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[JobRow]:
    """Iterate over the rows of a job for the rows of a file; cells may be passwords and are sealed."""
    for position, (line, cells) in enumerate(rows):
        has_more = any(cell.strip() for cell in cells[width:])
        sealed = seal(json.dumps({"item": cells if has_more else cells[:width]}))
        yield JobRow(job=job, position=position, line=line, kind=job.kind, sealed=sealed)


def typed_cells(sheet: Mapping[str, Any], cells: list[str]) -> list[str]:
    """Return the cells of a row as they were typed.

    Passwords are exactly what the file contains, since a formula and an apostrophe before one may belong to them. Only
    in a file of the portal, which has the columns ``REPORT``, is the apostrophe the portal's own.
    """
    is_ours = set(REPORT) <= set(sheet["headings"])
    exact = {place for place, name in enumerate(sheet["mapping"]) if name == PASSWORD and not is_ours}
    return [text if place in exact else typed_text(text) for place, text in enumerate(cells)]


def linked_rows(job: Job, resource: Resource, mapping: list[str]) -> Iterator[JobRow]:
    """Iterate over the rows for the records that other columns of a file ask for, such as the aliases of accounts.

    The rows of the file are stored already. ``of`` is the position of the row, for whose record these rows wait.
    """
    columns = [column for column in resource.linked if column.name in mapping]
    position = job.rows.count() if columns else 0
    for row in job.rows.order_by("position").iterator() if columns else ():
        item = image_of(row.kind, row.sealed).item
        typed = typed_cells(job.sheet or {}, item)
        texts = {name: text.strip() for name, text in zip(mapping, typed, strict=False) if name != IGNORED}
        key = texts.get(mapping_key(resource), "").lower()
        for column in columns:
            for cells in column.cells(key, texts.get(column.name, ""), texts):
                said = {
                    "cells": cells,
                    "of": row.position,
                    "key": key,
                    "column": column.name,
                    "text": texts[column.name],
                }
                sealed = seal(json.dumps({"item": said}))
                yield JobRow(job=job, position=position, phase=1, line=row.line, kind=column.kind, sealed=sealed)
                position += 1


def mapping_key(resource: Resource) -> str:
    """Return the column that is the key."""
    return next(iter(columns_of(resource)))


def cells_in_order(item: Item, sheet: Mapping[str, Any], resource: Resource) -> list[str]:
    """Return the cells of a row as in its file; a linked record has its key and its own column."""
    if not isinstance(item, dict):
        return typed_cells(sheet, item)
    if "row" in item:
        return typed_cells(sheet, item["row"])
    mapping = sheet["mapping"]
    texts = {mapping_key(resource): item.get("key", ""), item.get("column", ""): item.get("text", "")}
    return [texts.get(name, "") if name != IGNORED else "" for name in mapping]


def is_mapped(resource: Resource, mapping: Iterable[str]) -> bool:
    """Return whether the columns identify records: the key, or for records with a number at least something."""
    chosen = set(mapping) - {IGNORED}
    return bool(chosen) if resource.numbered else mapping_key(resource) in chosen


class FilePlanner:
    """Finds the record of each row of a file, or of the number generator, and what it asks for."""

    def __init__(self, job: Job, kind: str, ngnpro: Ngnpro, names: CustomerNames) -> None:
        self._job = job
        self._kind = kind
        self._resource = resource = resource_of(kind)
        self._ngnpro = ngnpro
        self._numbers: dict[tuple[str, str], int] = {}
        self._reader = RowReader(resource, names)
        self._sheet: Mapping[str, Any] = job.sheet or {"headings": (), "mapping": (), "mode": ADD}
        self._mapping, self._mode = self._sheet["mapping"], self._sheet["mode"]

    def cells(self, item: Item) -> dict[str, str]:
        """Map the columns of a row to its cells."""
        if isinstance(item, dict) and "row" in item:
            return self.cells(item["row"]) | {name: self._key_at(row) for name, row in item["named"].items()}
        if isinstance(item, dict):
            return dict(item.get("cells", item))
        if len(item) > len(self._mapping):
            raise ConflictRow(_("The row has more cells than the headings. Quote texts that contain the separator."))
        typed = typed_cells(self._sheet, item)
        return {name: text for name, text in zip(self._mapping, typed, strict=False) if name != IGNORED}

    def find(self, ngnpro: Ngnpro, row: JobRow, item: Item) -> Any | None:
        """Set the key of a row, and return its record as it is; ``None`` if it does not exist."""
        resource = self._resource
        if resource.numbered:
            return self._find_numbered(ngnpro, row, self.cells(item))
        if not row.key:  # its cells stay the same, and this is run again with the answer to its call
            row.key = require_declared(resource.key)(self._reader.key_record(self.cells(item)))
        if not row.key.strip("@"):
            raise ConflictRow(_("The key is missing."))
        return require_declared(resource.find)(ngnpro, row.key)

    def _find_numbered(self, ngnpro: Ngnpro, row: JobRow, cells: dict[str, str]) -> Any | None:
        if cells.get("id", "").strip():
            row.key = cells["id"].strip()
            found = require_declared(self._resource.find)(ngnpro, row.key) if row.key.isdecimal() else None
            if found is None:
                raise ConflictRow(_("There is no record with this number."))
            return found
        sent = self._reader.read(self._with_numbers(ngnpro, cells, None), None)
        alike = require_declared(self._resource.find_like)(ngnpro, sent)
        found, *others = [*islice(alike, 2)] or [None]
        if others:
            raise ConflictRow(_("Several records match. Add the column “id”."))
        row.key = require_declared(self._resource.key)(found) if found is not None else ""
        return found

    def _row_at(self, position: int) -> JobRow:
        """Return the row at a position, with its state and key; it has a lower phase, so it is stored."""
        return JobRow.objects.only("state", "key").get(job=self._job, position=position)

    def _key_at(self, position: int) -> str:
        """Return the key of the record of another row; empty if it is not added yet."""
        return self._row_at(position).key

    def _wait_for(self, row: JobRow, position: int) -> None:
        """Let a row wait until the record of another row is added; raises ``ConflictRow`` if that has failed."""
        state = self._row_at(position).state
        if state in TROUBLED:
            raise ConflictRow(_("There is a problem with the record that it belongs to."))
        if state in UNFINISHED:
            row.state = RowState.WAITING

    def _wait_for_named(self, row: JobRow, named: Mapping[str, int], texts: Mapping[str, str]) -> None:
        """Let a row wait until the records that it names are added, unless it names itself."""
        for column, position in named.items():
            if position != row.position and not self._key_at(position):
                self._wait_for(row, position)
                words = {"label": label_of(column), "name": texts[column].strip()}
                row.reason = _("%(label)s: “%(name)s” is added first.") % words

    def _with_numbers(self, ngnpro: Ngnpro, cells: dict[str, str], now: Any | None) -> dict[str, str]:
        """Return cells with the numbers of records that are named, e.g. of a gateway's carrier.

        Of a number and a name that differ, the one counts that differs from the record as it is.
        """
        for reference in self._resource.references:
            name, number = (cells.get(column, "").strip() for column in (reference.name, reference.number))
            is_same = now is not None and str(getattr(now, reference.number)) == number
            if not name or (number and (not is_same or _folded(getattr(now, reference.name)) == _folded(name))):
                continue
            cells = {**cells, reference.number: str(self._number(ngnpro, reference, name))}
        return cells

    def _number(self, ngnpro: Ngnpro, reference: Reference, name: str) -> int:
        known = (reference.number, _folded(name))
        if known not in self._numbers:
            found = [one.id for one in reference.find(ngnpro, name) if _folded(one.name) == known[1]]
            words = {"label": reference.label, "name": name}
            if not found:
                raise ConflictRow(_("%(label)s: there is none with the name “%(name)s”.") % words)
            if len(found) > 1:
                raise ConflictRow(_("%(label)s: several have the name “%(name)s”. Write the number.") % words)
            self._numbers[known] = found[0]
        return self._numbers[known]

    def wanted(self, row: JobRow, now: Any | None, item: Item) -> Any:
        """Return the record that a row asks for; one that is linked to another waits until that is added."""
        cells = self._with_numbers(self._ngnpro, self.cells(item), now)
        if now is not None and self._mode == ADD:
            raise SkipRow(_("It already exists."))
        if now is None and self._mode == CHANGE:
            raise ConflictRow(_("It does not exist, and the job adds nothing."))
        if isinstance(item, dict) and "of" in item:
            self._wait_for(row, item["of"])
        if isinstance(item, dict) and "named" in item:
            self._wait_for_named(row, item["named"], self.cells(item["row"]))
        record = self._reader.read(cells, now)
        record = record if now is None else self._resource.keep(now, record)
        kind = self._resource.password_kind
        if kind is not None and cells.get(PASSWORD):
            try:
                passwords.check_password(kind, record.password, passwords.known_of(record))
            except ValidationError as error:
                raise ConflictRow(" ".join(error.messages)) from error
        return record if now is not None else self._resource.added_again(record)


def mark_repeated(job: Job, rows: Sequence[JobRow]) -> None:
    """Mark rows that ask for the record of a row above as conflicts, once these ``rows`` are stored.

    Either may be among them: another worker may have compared and stored the row below before. The caller's transaction
    locks the job. Rows without a line are not from the file.
    """
    alike = JobRow.objects.filter(job=job, line__isnull=False, key__in={row.key for row in rows if row.key})
    counted = alike.order_by().values("kind", "key").annotate(number=Count("pk"))
    repeated = {found["key"] for found in counted.filter(number__gt=1)}
    if not repeated:
        return
    alike = JobRow.objects.filter(job=job, line__isnull=False, key__in=repeated).order_by("position")
    first: dict[tuple[str, str], JobRow] = {}
    for row in alike.only("kind", "key", "position", "line", "state"):
        above = first.setdefault((row.kind, row.key), row)
        if above is not row and row.state in REPEATABLE:
            reason = _("Line %(line)s has the same record.") % {"line": above.line or above.position + 1}
            found = JobRow.objects.filter(pk=row.pk)
            found.update(state=RowState.CONFLICT, verb=Verb.NOTHING, changes=[], reason=reason)


def _folded(name: str) -> str:
    return name.strip().casefold()
