"""Contacts in files: tables as spreadsheets save them (RFC 4180), and address cards (vCard, RFC 2426 and RFC 6350)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import vobject
from django.utils.translation import gettext as _
from vobject.base import VObjectError

from portal.core.spreadsheets import FORMULA
from portal.ngnpro.records import PhonebookEntry

from .choices import MOST
from .entries import Candidate, same_address

# What columns are called in the files of this portal, and of the address books that people come from.
_ADDRESS = re.compile(
    r"^(uri|address|sip|sip address|number|phone|telephone|tel|mobile|cell|(e164|phone) number"
    r"|(mobile|business|home|work|primary|other|company main|car) phone( 2)?|phone \d+ - value)$"
)
_NAME = re.compile(r"^(name|display name|full name|fn|file as)$")
_FIRST, _LAST = re.compile(r"^(first|given) ?name$"), re.compile(r"^(last|family) ?name$|^surname$")
_GROUP = re.compile(r"^(group|groups|category|categories|labels)$")
_CARD = re.compile(r"^BEGIN:VCARD\s*$.*?^END:VCARD\s*$", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_HAS_ADDRESS = re.compile(r"@|\d{3}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file that cannot be used, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file has: contacts, and lines that cannot be used."""

    candidates: list[Candidate]
    problems: list[Problem]


class Unreadable(Exception):
    """Says that a file is no list of contacts at all; its text is why."""


def read(data: bytes) -> Read:
    """Read a file of contacts, whichever kind it is; ``Unreadable`` when it is neither."""
    text = decode(data)
    found = read_cards(text) if "BEGIN:VCARD" in text.upper() else read_table(text)
    if not found.candidates and not found.problems:
        raise Unreadable(_("There is no contact in this file."))
    if len(found.candidates) > MOST:
        raise Unreadable(
            _("There are %(count)s contacts in this file. It may have %(most)s at most: divide it.")
            % {"count": len(found.candidates), "most": MOST}
        )
    if len(found.problems) > MOST:
        raise Unreadable(
            _("%(count)s lines of this file have no number and no address: it does not seem to be a list of contacts.")
            % {"count": len(found.problems)}
        )
    return found


def decode(data: bytes) -> str:
    """Make text of a file: UTF-8, UTF-16 where its first bytes say so, else what older Windows programs write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Unreadable(_("This is not a text file. Save the contacts as CSV or as vCard."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(text: str) -> Read:
    """Read CSV with commas, semicolons or tabs; without a heading its columns are address, name, group."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(_rows(text, delimiter))
    if not rows:
        return Read([], [])
    columns = Columns.named(rows[0][1])
    if columns is None and not _HAS_ADDRESS.search(" ".join(rows[0][1])):
        raise Unreadable(_("The first line has to name the columns: address, name, group."))
    body = rows[1:] if columns else rows
    columns = columns or Columns((0,), (1,), 2)
    candidates, problems = [], []
    for line, cells in body:
        found = list(columns.read(line, [unguarded(cell) for cell in cells]))
        candidates += found
        if not found:
            problems.append(Problem(line, shortened(" ".join(cells)), _("There is neither a number nor an address.")))
    return Read(candidates, problems)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read: %(reason)s.") % {"line": reader.line_num, "reason": error}
        ) from None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold addresses, the parts of the name, and the group (-1 for none)."""

    addresses: tuple[int, ...]
    names: tuple[int, ...]
    group: int

    @classmethod
    def named(cls, heading: list[str]) -> Columns | None:
        """Read a heading; ``None`` when it names no column of addresses."""
        words = [cell.casefold() for cell in heading]

        def places(pattern: re.Pattern[str]) -> tuple[int, ...]:
            return tuple(place for place, word in enumerate(words) if pattern.match(word))

        addresses = places(_ADDRESS)
        if not addresses:
            return None
        return cls(addresses, places(_NAME)[:1] or places(_FIRST)[:1] + places(_LAST)[:1], (*places(_GROUP), -1)[0])

    def read(self, line: int, cells: list[str]) -> Iterator[Candidate]:
        """Make contacts of a row, one for each address."""

        def cell(place: int) -> str:
            return cells[place] if 0 <= place < len(cells) else ""

        name = " ".join(filter(None, map(cell, self.names)))
        for place in self.addresses:
            if cell(place):
                yield Candidate(line, cell(place), name, cell(self.group))


def unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps spreadsheets from taking a text for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def read_cards(text: str) -> Read:
    """Read address cards one by one, so that a broken one costs no other."""
    candidates: list[Candidate] = []
    problems = []
    for match in _CARD.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        try:
            found = list(_read_card(match[0], line))
        except (VObjectError, ValueError, LookupError):
            problems.append(Problem(line, shortened(_name_line(match[0])), _("This card cannot be read.")))
            continue
        candidates += found
        if not found:
            reason = _("This card has neither a number nor a SIP address.")
            problems.append(Problem(line, shortened(_name_line(match[0])), reason))
    return Read(candidates, problems)


def _read_card(text: str, line: int) -> Iterator[Candidate]:
    card: Any = vobject.readOne(text, allowQP="QUOTED-PRINTABLE" in text.upper()).contents
    name, group = _card_name(card), _card_group(card)
    addresses: dict[str, str] = {}
    for entry in (*card.get("impp", ()), *card.get("x-sip", ()), *card.get("tel", ())):
        value = str(entry.value).strip()
        is_foreign = entry.name == "IMPP" and ":" in value and not value.lower().startswith(("sip:", "sips:"))
        if value and not is_foreign:
            addresses.setdefault(_one_of_number(value), value)
    for value in addresses.values():
        yield Candidate(line, value, name, group)


def _one_of_number(address: str) -> str:
    """Give the same for a number and for the SIP address of that number: a card often has both."""
    plain = same_address(address)
    number = re.sub(r"[\s()./-]", "", plain.partition("@")[0])
    return number if re.fullmatch(r"\+?[0-9]+", number) else plain


def _card_name(card: dict[str, list[Any]]) -> str:
    if card.get("fn") and isinstance(card["fn"][0].value, str):
        return str(card["fn"][0].value).strip()
    parts = card["n"][0].value if card.get("n") else None
    return " ".join(str(part) for part in (getattr(parts, "given", ""), getattr(parts, "family", "")) if part)


def _card_group(card: dict[str, list[Any]]) -> str:
    values = card["categories"][0].value if card.get("categories") else []
    return ",".join(values) if isinstance(values, list) else str(values)


def _name_line(card: str) -> str:
    return next((row for row in card.split("\n") if row.upper().startswith("FN")), card.split("\n")[1])


def shortened(text: str) -> str:
    """Cut a text that is only shown to find its line."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def write_cards(entries: Iterable[PhonebookEntry]) -> Iterator[str]:
    """Write contacts as address cards (vCard 3.0), which phones and mail programs read."""
    for entry in entries:
        card = vobject.vCard()
        address = same_address(entry.uri)
        name = entry.name or f"{entry.first_name} {entry.last_name}".strip() or address
        card.add("fn").value = name
        first, _space, last = name.rpartition(" ")
        card.add("n").value = vobject.vcard.Name(family=last, given=first)
        user = address.partition("@")[0]
        if re.fullmatch(r"\+?[0-9]{3,}", user):
            card.add("tel").value = user
        card.add("impp").value = f"sip:{address}"
        if entry.group:
            card.add("categories").value = [entry.group]
        yield card.serialize()
