"""Reader for files of contacts: spreadsheets (CSV, XLSX) or address cards (vCard)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.contacts.cards import BEGIN, read_cards
from portal.accounts.contacts.choices import (
    MOST,
    ContactCandidate,
    ContactProblem,
    ContactsRead,
    other_encoding,
    quoted_line,
)
from portal.core.sheet_files import UnreadableFile, read_sheet, typed_text
from portal.core.text_encodings import UNREADABLE, encoding_of

# Names of columns in the files of this portal and of common address books, without case, blanks and hyphens: in
# English, Dutch, German, Spanish and Romanian.
_PHONE = "phone|telephone|tel|mobile|cell|telefoon|telefon|telefonnummer|teléfono|mobiltelefon|mobiel|mobil|móvil"
_ADDRESS = re.compile(
    rf"(uri|address|adres|adresse|dirección|adresă|sip|sipaddress|number|nummer|rufnummer|número|număr|{_PHONE}"
    rf"|(e164|phone)number|(mobile|business|home|work|primary|other|companymain|car)phone2?|phone\d+value"
    rf"|telefon(geschäftlich|privat|firma)2?|({_PHONE})(zakelijk|thuis|deltrabajo|particular|acasă|serviciu)2?)"
)
_NAME = re.compile(r"(name|displayname|fullname|fn|fileas|naam|nombre|nume|anzeigename)")
_FIRST = re.compile(r"((first|given)name|voornaam|vorname|nombredepila|prenume)")
_LAST = re.compile(r"((last|family)name|surname|achternaam|nachname|apellidos?|numedefamilie)")
_GROUP = re.compile(r"(groups?|category|categories|labels|groupmembership|groep|gruppe|kategorien|grupo|grup)")
_HAS_ADDRESS = re.compile(r"@|\d{3}")
_NOT_IN_NAMES = re.compile(r"[\s\-_./]")
# how Google's address book writes several values in one cell
_SEVERAL = ":::"


class UnreadableContacts(Exception):
    """Raised if a file is not a list of contacts; the text is the reason."""


def read_contacts(data: bytes) -> ContactsRead:
    """Read a file of contacts, CSV or vCard. Raises ``UnreadableContacts`` if it is neither or has too many lines."""
    is_packed = data.startswith(b"PK\x03\x04")
    text = "" if is_packed else decode_file(data)
    found = read_cards(text) if BEGIN in text.upper() else read_table(data)
    if not found.candidates and not found.problems:
        raise UnreadableContacts(_("There is no contact in this file."))
    if len(found.candidates) > MOST:
        words = ngettext(
            "There is %(count)s contact in this file, but at most %(most)s are allowed. Split the file.",
            "There are %(count)s contacts in this file, but at most %(most)s are allowed. Split the file.",
            len(found.candidates),
        )
        raise UnreadableContacts(words % {"count": len(found.candidates), "most": MOST})
    if len(found.problems) > MOST:
        words = ngettext(
            "%(count)s line of this file has no number and no address: it does not seem to be a list of contacts.",
            "%(count)s lines of this file have no number and no address: it does not seem to be a list of contacts.",
            len(found.problems),
        )
        raise UnreadableContacts(words % {"count": len(found.problems)})
    return found


def decode_file(data: bytes) -> str:
    """Decode a file by its encoding (``portal.core.text_encodings``)."""
    text = data.decode(encoding_of(data, data.splitlines()), errors="replace")
    if "\x00" in text:
        raise UnreadableContacts(_("This is not a text file. Save the contacts as CSV or as vCard."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(data: bytes) -> ContactsRead:
    """Read a spreadsheet; without a heading the columns are address, name, group."""
    try:
        sheet = read_sheet(io.BytesIO(data))
        rows = [(line, [typed_text(cell).strip() for cell in cells]) for line, cells in sheet.rows]
    except UnreadableFile as error:
        raise UnreadableContacts(str(error)) from None
    if not rows:
        return ContactsRead([], [])
    columns = ContactColumns.named(rows[0][1])
    if columns is None and not _HAS_ADDRESS.search(" ".join(rows[0][1])):
        raise UnreadableContacts(_("The first line has to name the columns: address, name, group."))
    return _contacts_of(rows[1:] if columns else rows, columns or ContactColumns((0,), ((1,),), 2))


def _contacts_of(rows: Iterable[tuple[int, list[str]]], columns: ContactColumns) -> ContactsRead:
    candidates, problems = [], []
    for line, cells in rows:
        text = " ".join(cells)
        found = [] if UNREADABLE in text else list(columns.read(line, cells))
        candidates += found
        if not found:
            reason = other_encoding() if UNREADABLE in text else _("The number or address is missing.")
            problems.append(ContactProblem(line, quoted_line(text), reason))
    return ContactsRead(candidates, problems)


@dataclass(frozen=True, slots=True)
class ContactColumns:
    """The column numbers of the addresses, of the parts of each address's name, and of the group (-1 for none)."""

    addresses: tuple[int, ...]
    names: tuple[tuple[int, ...], ...]
    group: int

    @classmethod
    def named(cls, heading: list[str]) -> ContactColumns | None:
        """Return the columns that a heading names; ``None`` if it has no column of addresses."""
        words = [_NOT_IN_NAMES.sub("", cell.casefold()) for cell in heading]

        def places(pattern: re.Pattern[str]) -> tuple[int, ...]:
            return tuple(place for place, word in enumerate(words) if pattern.fullmatch(word))

        addresses = places(_ADDRESS)
        if not addresses:
            return None
        names = places(_NAME)
        if len(names) != len(addresses):  # as many names as addresses are several contacts side by side
            names = names[:1]
        parts: list[tuple[int, ...]] = [(one,) for one in names] or [places(_FIRST)[:1] + places(_LAST)[:1]]
        return cls(addresses, tuple(parts * len(addresses))[: len(addresses)], (*places(_GROUP), -1)[0])

    def read(self, line: int, cells: list[str]) -> Iterator[ContactCandidate]:
        """Yield the contacts of a row, one for each address."""

        def cell(place: int) -> str:
            return cells[place] if 0 <= place < len(cells) else ""

        # Stop at the end of the row: a file can have a long heading and many short rows.
        for place, names in takewhile(lambda pair: pair[0] < len(cells), zip(self.addresses, self.names, strict=True)):
            name = " ".join(" ".join(map(cell, names)).split())
            for address in filter(None, map(str.strip, cells[place].split(_SEVERAL))):
                yield ContactCandidate(line, address, name, _group_in(cell(self.group)))


def _group_in(text: str) -> str:
    """Return the first group of a cell that is not one of Google's own, which begin with a star."""
    groups = [group.strip() for group in text.split(_SEVERAL)]
    return next((group for group in groups if not group.startswith("*")), "")
