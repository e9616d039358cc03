"""Lists as CSV files for spreadsheets (RFC 4180), streamed row by row; no cell is taken for a formula.

Every cell is quoted, so that no separator of any country's spreadsheet cuts one in two. A text that a spreadsheet
would take for a formula gets an apostrophe before it; ``unguarded`` takes it off where the portal reads its own files.
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
# A cell that begins with one of these may become two cells, or lose its beginning, in a careless program.
SEPARATORS = frozenset("\t\r\n")
# Characters that show nothing: controls, formats (zero width, byte order mark), spaces, marks, unassigned ones.
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
# These show nothing either, but Unicode counts them as letters and symbols.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Without it a spreadsheet does not see that the file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_response(filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Answer with a CSV file to be saved; rows are written as they are read."""
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
    """Put an apostrophe before a text that a spreadsheet would take for a formula; numbers stay numbers.

    Also before a text that has such an apostrophe already, so that ``unguarded`` gives back every text as it was.
    """
    if isinstance(cell, int | float | Decimal):
        return cell
    text = "" if cell is None else str(cell)
    return f"{GUARD}{text}" if is_formula(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """Take off the apostrophe that ``harmless`` put before a text."""
    return text[1:] if text.startswith(GUARD) and is_formula(text.lstrip(GUARD)) else text


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula, whatever it shows nothing of before it.

    Wide, small and raised forms of the signs count too: some spreadsheets read them as the plain sign.
    """
    if text[:1] in SEPARATORS and text:
        return True
    first = next((char for char in text if not _is_invisible(char)), "")
    return unicodedata.normalize("NFKC", first) in FORMULA


def _is_invisible(char: str) -> bool:
    return char in BLANKS or unicodedata.category(char) in INVISIBLE
