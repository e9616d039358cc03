"""CSV files for spreadsheets (RFC 4180), and the CSV export of all records that a list's filter finds.

Files are streamed row by row and protected against formula injection. Every cell is quoted, so that no regional
separator splits a cell. A text that a spreadsheet would evaluate as a formula gets an apostrophe before it;
``unguarded`` removes it where the portal reads its own files. The columns of a list's export are those that its
``Resource`` states.
"""

from __future__ import annotations

import csv
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from portal.core.customer_names import CUSTOMER_MEMBERS, CustomerNames
from portal.core.name_matching import with_number
from portal.ngnpro.records import SipId
from portal.ngnpro.records.base import SECRET_NAME, Record, shape_of

GUARD = "'"
FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet stores numbers with 15 digits.
EXACT = 10**15
NOT_IN_CELLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
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


def xlsx_response(filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """Return a response with an XLSX file to download, which is written to a temporary file row by row."""
    from openpyxl import Workbook  # loaded only by processes that write or read such a file

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([header], rows):
        sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX)


def _xlsx_cell(sheet: Any, cell: Any) -> Any:
    """Return a cell; text is guarded as in CSV files, and never a formula."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, int | float) and abs(cell) < EXACT:
        return cell
    made = WriteOnlyCell(sheet, value=NOT_IN_CELLS.sub("", str(harmless(str("" if cell is None else cell)))))
    made.data_type = "s"
    return made


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


BETWEEN = "; "
QUOTE = '"'
SPREADSHEET_PAGE = 200


def spreadsheet_response(
    filename: str, columns: Sequence[str], records: Iterator[Any], names: CustomerNames
) -> HttpResponseBase:
    """Return a response with the columns of the records as a CSV or XLSX file, by the end of its name.

    The first page of records is fetched before the response starts, so that a refusal or an outage shows its usual
    error page.
    """
    respond = xlsx_response if filename.endswith(".xlsx") else csv_response
    first = list(islice(records, 1))
    if first and CUSTOMER_MEMBERS.intersection(columns):
        names.learn()
    cells = (spreadsheet_cells(record, names) for record in chain(first, records))
    return respond(filename, columns, ([row[name] for name in columns] for row in cells))


def spreadsheet_cells(record: Record, names: CustomerNames) -> dict[str, Any]:
    """Map the wire names of a record's members to cells, without secrets and with customers' names."""
    found: dict[str, Any] = {}
    shape = shape_of(type(record))
    for name, wire_name in shape.wire_names.items():
        value = getattr(record, name)
        if name in shape.secrets:
            continue
        if isinstance(value, Record) and not isinstance(value, SipId):
            found |= spreadsheet_cells(value, names)
        else:
            found[wire_name] = _customer(value, names) if name in CUSTOMER_MEMBERS else _cell(value)
    return found


def _customer(number: Any, names: CustomerNames) -> Any:
    known = with_number(number, names[number]) if number in names else str(number)
    return known if number else ""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return BETWEEN.join(_quoted(text) for one in value if (text := _item(one)))
    return "" if value is None else value if isinstance(value, int | float) else str(value)


def _quoted(text: str) -> str:
    """Return an item of a list, in quotes if it contains what separates the items."""
    return f'"{text.replace(QUOTE, QUOTE + QUOTE)}"' if ";" in text or QUOTE in text else text


def _item(value: Any) -> str:
    """Return one item of a list as text; empty for a property that holds a secret."""
    if not isinstance(value, Record) or isinstance(value, SipId):
        return str(value)
    if hasattr(value, "name") and hasattr(value, "value"):
        return "" if SECRET_NAME.search(value.name) else f"{value.name}={value.value}"
    shape = shape_of(type(value))
    shown = (getattr(value, name) for name in shape.wire_names if name not in shape.secrets and name != "id")
    return " ".join(str(_cell(one)) for one in shown)
