"""Reader for files of contacts: CSV tables (RFC 4180) or address cards (vCard)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext as _

from portal.accounts.contacts.cards import BEGIN, read_cards
from portal.accounts.contacts.choices import MOST, ContactCandidate, ContactProblem, ContactsRead, quoted_line
from portal.core.spreadsheets import unguarded

# Column names in the files of this portal and of common address books.
_ADDRESS = re.compile(
    r"^(uri|address|sip|sip address|number|phone|telephone|tel|mobile|cell|(e164|phone) number"
    r"|(mobile|business|home|work|primary|other|company main|car) phone( 2)?|phone \d+ - value)$"
)
_NAME = re.compile(r"^(name|display name|full name|fn|file as)$")
_FIRST, _LAST = re.compile(r"^(first|given) ?name$"), re.compile(r"^(last|family) ?name$|^surname$")
_GROUP = re.compile(r"^(group|groups|category|categories|labels)$")
_HAS_ADDRESS = re.compile(r"@|\d{3}")


class UnreadableContacts(Exception):
    """Raised if a file is not a list of contacts; the text is the reason."""


def read_contacts(data: bytes) -> ContactsRead:
    """Read a file of contacts, CSV or vCard. Raises ``UnreadableContacts`` if it is neither or has too many lines."""
    text = decode_file(data)
    found = read_cards(text) if BEGIN in text.upper() else read_table(text)
    if not found.candidates and not found.problems:
        raise UnreadableContacts(_("There is no contact in this file."))
    if len(found.candidates) > MOST:
        raise UnreadableContacts(
            _("There are %(count)s contacts in this file, but at most %(most)s are allowed. Split the file.")
            % {"count": len(found.candidates), "most": MOST}
        )
    if len(found.problems) > MOST:
        raise UnreadableContacts(
            _("%(count)s lines of this file have no number and no address: it does not seem to be a list of contacts.")
            % {"count": len(found.problems)}
        )
    return found


def decode_file(data: bytes) -> str:
    """Decode a file: UTF-16 if it starts with that byte order mark, else UTF-8, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UnreadableContacts(_("This is not a text file. Save the contacts as CSV or as vCard."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(text: str) -> ContactsRead:
    """Read CSV separated by commas, semicolons or tabs; without a heading the columns are address, name, group."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(_rows(text, delimiter))
    if not rows:
        return ContactsRead([], [])
    columns = ContactColumns.named(rows[0][1])
    if columns is None and not _HAS_ADDRESS.search(" ".join(rows[0][1])):
        raise UnreadableContacts(_("The first line has to name the columns: address, name, group."))
    body = rows[1:] if columns else rows
    columns = columns or ContactColumns((0,), (1,), 2)
    candidates, problems = [], []
    for line, cells in body:
        found = list(columns.read(line, [unguarded(cell) for cell in cells]))
        candidates += found
        if not found:
            problems.append(ContactProblem(line, quoted_line(" ".join(cells)), _("The number or address is missing.")))
    return ContactsRead(candidates, problems)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise UnreadableContacts(
            _("Line %(line)s cannot be read: %(reason)s.") % {"line": reader.line_num, "reason": error}
        ) from None


@dataclass(frozen=True, slots=True)
class ContactColumns:
    """The column numbers of the addresses, the parts of the name, and the group (-1 for none)."""

    addresses: tuple[int, ...]
    names: tuple[int, ...]
    group: int

    @classmethod
    def named(cls, heading: list[str]) -> ContactColumns | None:
        """Return the columns that a heading names; ``None`` if it has no column of addresses."""
        words = [cell.casefold() for cell in heading]

        def places(pattern: re.Pattern[str]) -> tuple[int, ...]:
            return tuple(place for place, word in enumerate(words) if pattern.match(word))

        addresses = places(_ADDRESS)
        if not addresses:
            return None
        return cls(addresses, places(_NAME)[:1] or places(_FIRST)[:1] + places(_LAST)[:1], (*places(_GROUP), -1)[0])

    def read(self, line: int, cells: list[str]) -> Iterator[ContactCandidate]:
        """Yield the contacts of a row, one for each address."""

        def cell(place: int) -> str:
            return cells[place] if 0 <= place < len(cells) else ""

        name = " ".join(filter(None, map(cell, self.names)))
        # Stop at the end of the row: a file can have a long heading and many short rows.
        for place in takewhile(lambda place: place < len(cells), self.addresses):
            if cells[place]:
                yield ContactCandidate(line, cells[place], name, cell(self.group))
