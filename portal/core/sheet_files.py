"""Spreadsheet files that people upload: CSV with any usual separator and encoding, and XLSX, read row by row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from string import whitespace
from typing import IO, Any

from django.utils.translation import gettext as _

from portal.core.spreadsheets import unguarded
from portal.core.text_encodings import encoding_of

SEPARATORS = (",", ";", "\t", "|")
# How people make Excel keep a text as it is.
TEXT_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
# What a row may consist of that is blank: also separators of another kind, and the old mark of a file's end (Ctrl-Z).
NOTHING = f"{whitespace},;|\x1a\ufeff\u00a0"
LOOKED_AT = 64 * 1024
# A spreadsheet stores numbers with 15 digits; longer ones are not what was typed.
EXACT = 10**15
LARGEST_CELL = 100_000
LARGEST_XLSX = 1_000_000_000  # bytes when unpacked


class UnreadableFile(Exception):
    """The file is not a spreadsheet that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet: how it was read, and its rows with their line numbers, without blank rows.

    Cells are as in the file; ``typed_text`` returns what was typed into one. ``encoding`` and ``separator`` are empty
    for XLSX.
    """

    rows: Iterator[tuple[int, list[str]]]
    encoding: str = ""
    separator: str = ""


def read_sheet(file: IO[bytes]) -> Sheet:
    """Read a spreadsheet file by its content, whatever its name; raises ``UnreadableFile``."""
    start = file.read(LOOKED_AT)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return Sheet(_without_blank(_xlsx_rows(file)))
    encoding = encoding_of(start, file)
    file.seek(0)
    if "\x00" in start.decode(encoding, errors="replace"):
        raise UnreadableFile(_("This is neither a CSV file nor an XLSX file."))
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    first = text.readline()
    named = first.strip().lower().startswith("sep=")
    separator = first.strip()[4:5] or "\t" if named else separator_of(start.decode(encoding, errors="replace"))
    if not named:
        text.seek(0)
    return Sheet(_without_blank(_csv_rows(text, separator, 2 if named else 1)), encoding, separator)


def separator_of(text: str) -> str:
    """Return the separator that splits the first rows of a text into the most columns."""
    lines = text.splitlines()[:20]

    def columns(separator: str) -> int:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if any(row)]
        return min(widths[:5], default=0)

    return max(SEPARATORS, key=columns)


def _csv_rows(text: io.TextIOWrapper, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    line = first
    try:
        for row in reader:
            yield line, [cell[:LARGEST_CELL] for cell in row]
            line = reader.line_num + first
    except csv.Error as error:
        if "end of data" in str(error):
            words = {"line": line, "last": reader.line_num + first - 1}
            raise UnreadableFile(
                _("Line %(line)s has a quotation mark that is open until line %(last)s.") % words
            ) from None
        raise UnreadableFile(_("Line %(line)s cannot be read: %(why)s") % {"line": line, "why": error}) from error
    finally:
        text.detach()


def _xlsx_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # see portal.core.spreadsheets
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_XLSX:
                raise UnreadableFile(_("The file is too large when it is unpacked."))
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(_("This is not an XLSX file that can be read.")) from error
    sheet = book.worksheets[0]
    for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
        yield line, [cell_text(cell) for cell in row]


def cell_text(value: Any) -> str:
    """Return a cell of an XLSX file as text; numbers that a spreadsheet has rounded stay recognizable as such."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        is_exact = value == int(value) and abs(value) < EXACT
        return str(int(value)) if is_exact else f"{value:.2E}" if abs(value) >= EXACT else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)[:LARGEST_CELL]


def typed_text(cell: str) -> str:
    """Return the text of a cell: without the apostrophe of exported files, and without Excel's ``="…"`` around it."""
    as_formula = TEXT_AS_FORMULA.fullmatch(cell)
    return as_formula[1].replace('""', '"') if as_formula else unguarded(cell)


def _without_blank(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    return ((line, row) for line, row in rows if any(cell.strip(NOTHING) for cell in row))
