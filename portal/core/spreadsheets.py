"""CSV files for spreadsheets (RFC 4180), streamed row by row and protected against formula injection.

Every cell is quoted, so that no regional separator splits a cell. A text that a spreadsheet would evaluate as a formula
gets an apostrophe before it; ``unguarded`` removes it where the portal reads its own files.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

GUARD = "'"
FORMULA = frozenset("=+-@")
# Some programs split a cell that begins with one of these, or drop its beginning.
SEPARATORS = frozenset("\t\r\n")
# Invisible characters: controls, formats (zero width, byte order mark), spaces, marks, unassigned ones.
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
# Invisible as well, but in Unicode's categories of letters and symbols.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Without it, some spreadsheets do not recognize UTF-8.
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file-like object whose ``write`` returns what is written."""

    def write(self, text: str) -> str:
        return text


def csv_response(filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Return a response with a CSV file to download; rows are streamed as they are read."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow([harmless(cell) for cell in header])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """Return a cell with an apostrophe before text that a spreadsheet would take for a formula; numbers are unchanged.

    Text that already begins with such an apostrophe gets another, so that ``unguarded`` always returns the original.
    """
    if isinstance(cell, int | float | Decimal):
        return cell
    text = "" if cell is None else str(cell)
    return f"{GUARD}{text}" if is_formula(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that ``harmless`` put before it."""
    return text[1:] if text.startswith(GUARD) and is_formula(text.lstrip(GUARD)) else text


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula, ignoring invisible characters before it.

    Full-width, small and superscript forms of the signs count too, since some spreadsheets read them as the plain sign.
    """
    if text[:1] in SEPARATORS and text:
        return True
    first = next((char for char in text if not _is_invisible(char)), "")
    return unicodedata.normalize("NFKC", first) in FORMULA


def _is_invisible(char: str) -> bool:
    return char in BLANKS or unicodedata.category(char) in INVISIBLE
