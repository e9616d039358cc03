"""Rows of a spreadsheet as rows of a job: finding its headings, storing its rows, and the record that each asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Min
from django.utils.translation import gettext as _

from portal.core import passwords
from portal.core.bulk import ConflictRow, SkipRow
from portal.core.customer_names import CustomerNames
from portal.core.resources import Resource, require_declared
from portal.core.sealing import seal
from portal.core.sheet_files import Sheet, UnreadableFile
from portal.ngnpro import Ngnpro

from .columns import RowReader, columns_of, guess_column
from .models import ColumnChoice, Job, JobRow

ROWS_ABOVE = 10
IGNORED = ""
ADD, UPDATE = "add", "update"
# The cells of a row: those of a file in order, or by column.
Item = list[str] | dict[str, str]


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
    at = max(range(len(first)), key=lambda index: (sum(map(bool, _guesses(resource, first[index][1]))), -index))
    line, texts = first[at]
    return Headings(line, [text.strip() for text in texts], sheet.encoding, sheet.separator), chain(
        first[at + 1 :], rows
    )


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
        sealed = seal(json.dumps({"item": cells[:width]}))
        yield JobRow(job=job, position=position, line=line, kind=job.kind, sealed=sealed)


def is_mapped(resource: Resource, mapping: Iterable[str]) -> bool:
    """Return whether the columns identify records: the key, or for records with a number at least something."""
    chosen = set(mapping) - {IGNORED}
    return bool(chosen) if resource.numbered else next(iter(columns_of(resource))) in chosen


class FilePlanner:
    """Finds the record of each row of a file, or of the number generator, and what it asks for."""

    def __init__(self, job: Job, resource: Resource, names: CustomerNames) -> None:
        self._job = job
        self._resource = resource
        self._reader = RowReader(resource, names)
        self._first: dict[str, int] = {}
        sheet: Mapping[str, Any] = job.sheet or {"mapping": (), "mode": ADD}
        self._mapping, self._mode = sheet["mapping"], sheet["mode"]

    def cells(self, item: Item) -> dict[str, str]:
        """Map the columns of a row to its cells."""
        if isinstance(item, dict):
            return item
        return {name: text for name, text in zip(self._mapping, item, strict=False) if name != IGNORED}

    def find(self, ngnpro: Ngnpro, row: JobRow, item: Item) -> Any | None:
        """Set the key of a row, and return its record as it is; ``None`` if it does not exist."""
        cells = self.cells(item)
        resource = self._resource
        if resource.numbered:
            return self._find_numbered(ngnpro, row, cells)
        row.key = require_declared(resource.key)(self._reader.key_record(cells))
        if not row.key.strip("@"):
            raise ConflictRow(_("The key is missing."))
        return require_declared(resource.find)(ngnpro, row.key)

    def _find_numbered(self, ngnpro: Ngnpro, row: JobRow, cells: Mapping[str, str]) -> Any | None:
        if cells.get("id", "").strip():
            row.key = cells["id"].strip()
            found = require_declared(self._resource.find)(ngnpro, row.key) if row.key.isdecimal() else None
            if found is None:
                raise ConflictRow(_("There is no record with this number."))
            return found
        alike = require_declared(self._resource.find_like)(ngnpro, self._reader.read(cells, None))
        found, *others = [*islice(alike, 2)] or [None]
        if others:
            raise ConflictRow(_("Several records match. Add the column “id”."))
        row.key = require_declared(self._resource.key)(found) if found is not None else ""
        return found

    def note_keys(self, rows: Sequence[JobRow]) -> None:
        """Find out which records of these rows are those of rows above; called once their keys are known."""
        keys = {row.key for row in rows if row.key}
        above = JobRow.objects.filter(job=self._job, kind=self._resource.name, key__in=keys)
        self._first = dict(above.values_list("key").annotate(first=Min("position")))
        for row in rows:
            self._first[row.key] = min(row.position, self._first.get(row.key, row.position))

    def check_first(self, row: JobRow) -> None:
        """Raise ``ConflictRow`` if a row above has the same record."""
        first = self._first.get(row.key, row.position) if row.key else row.position
        if first < row.position:
            line = JobRow.objects.filter(job=self._job, position=first).values_list("line", flat=True).first()
            raise ConflictRow(_("Line %(line)s has the same record.") % {"line": line or first + 1})

    def wanted(self, _row: JobRow, now: Any | None, item: Item) -> Any:
        """Return the record that a row asks for."""
        cells = self.cells(item)
        if now is not None and self._mode == ADD:
            raise SkipRow(_("It already exists."))
        record = self._reader.read(cells, now)
        kind = self._resource.password_kind
        if kind is not None and cells.get("password"):
            try:
                passwords.check_password(kind, record.password, passwords.known_of(record))
            except ValidationError as error:
                raise ConflictRow(" ".join(error.messages)) from error
        return record if now is not None else self._resource.added_again(record)
