"""Parser for address cards (vCard 2.1, 3.0 as in RFC 2426, and 4.0 as in RFC 6350), and writer of vCard 3.0.

Only numbers, SIP addresses, the name and the categories are read. The parser takes linear time, and an unreadable card
does not affect the others.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.accounts.contacts.choices import (
    ContactCandidate,
    ContactProblem,
    ContactsRead,
    other_encoding,
    quoted_line,
    same_address,
)
from portal.core.text_encodings import UNREADABLE
from portal.ngnpro.records import PhonebookEntry

BEGIN, END = "BEGIN:VCARD", "END:VCARD"
# Character sets that old phones write, and the codecs to read them: Windows-1252 contains what they call Latin 1. The
# list is closed because some of Python's other codecs take quadratic time.
CHARSETS = {
    "UTF-8": "utf-8",
    "US-ASCII": "utf-8",
    "ISO-8859-1": "cp1252",
    "ISO-8859-15": "iso8859-15",
    "WINDOWS-1250": "cp1250",
    "WINDOWS-1251": "cp1251",
    "WINDOWS-1252": "cp1252",
    "ISO-8859-2": "iso8859-2",
    "ISO-8859-9": "cp1254",
    "KOI8-R": "koi8-r",
    "SHIFT_JIS": "cp932",
    "EUC-JP": "euc-jp",
    "EUC-KR": "cp949",
    "BIG5": "cp950",
    "GB2312": "gb18030",
    "GBK": "gb18030",
}
NUMBERS = ("IMPP", "X-SIP", "TEL")
OCTETS = 75
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_AGENT = re.compile(r"AGENT(?:;[^:]*)?:\s*", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a card: ``item1.TEL;TYPE=CELL:+31 20…`` is TEL with the parameter TYPE=CELL."""

    name: str
    parameters: frozenset[str]
    value: str

    @classmethod
    def parse(cls, line: str) -> Property:
        """Parse an unfolded line. Raises ``ValueError`` if it has no name or no value."""
        head = _cut(line, ":")[0]
        if head == line:
            raise ValueError("a line without a value")
        first, *parameters = (part.strip().upper() for part in _cut(head, ";"))
        name = first.rpartition(".")[2]
        if not name.replace("-", "").isalnum():
            raise ValueError("a line without a name")
        return cls(name, frozenset(parameters), line[len(head) + 1 :])

    @property
    def is_quoted_printable(self) -> bool:
        return not self.parameters.isdisjoint({"QUOTED-PRINTABLE", "ENCODING=QUOTED-PRINTABLE"})

    @property
    def is_binary(self) -> bool:
        return not self.parameters.isdisjoint({"BASE64", "ENCODING=BASE64", "ENCODING=B"})

    def parts(self, separator: str) -> list[str]:
        """Return the decoded value split at the separator."""
        return [_ESCAPED.sub(_meant, part).strip() for part in _cut(self._decoded(), separator, mark="\\")]

    @property
    def text(self) -> str:
        return _ESCAPED.sub(_meant, self._decoded()).strip()

    def _decoded(self) -> str:
        if not self.is_quoted_printable and not self.is_binary:
            return self.value
        named = next((one.removeprefix("CHARSET=") for one in self.parameters if one.startswith("CHARSET=")), "UTF-8")
        if named not in CHARSETS:
            raise ValueError("an unknown character set")
        codec = CHARSETS[named]
        if self.is_binary:
            return base64.b64decode(self.value).decode(codec, "replace")
        return quopri.decodestring(self.value.encode(codec, "replace")).decode(codec, "replace")


def _meant(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]


def _cut(text: str, separator: str, mark: str = '"') -> list[str]:
    """Split at each separator, except within quotation marks, or after a backslash if that is the mark."""
    parts, start, is_shielded = [], 0, False
    for place, char in enumerate(text):
        if char == mark:
            is_shielded = not is_shielded
            continue
        if char == separator and not is_shielded:
            parts.append(text[start:place])
            start = place + 1
        is_shielded = is_shielded and mark == '"'
    return [*parts, text[start:]]


@dataclass(frozen=True, slots=True)
class Card:
    """The raw lines of a card; ``number`` is the number of its first line in the file."""

    number: int
    lines: list[str]
    has_end: bool

    def properties(self) -> list[Property]:
        """Parse all lines. Raises ``ValueError`` if one cannot be read."""
        return [Property.parse("".join(pieces)) for pieces in self._unfolded()]

    def _unfolded(self) -> list[list[str]]:
        """Join folded lines and quoted-printable soft line breaks; skip the continuation lines of pictures."""
        found: list[list[str]] = []
        is_soft = is_picture = False
        for line in self.lines:
            if is_soft and found:
                found[-1].append(line)
            elif line[:1] in (" ", "\t") and found:
                found[-1].append(line[1:])
            elif is_picture and ":" not in line:
                continue
            elif line.strip():
                found.append([line])
                head = line.partition(":")[0].upper()
                is_picture = "BASE64" in head or "ENCODING=B" in head
                quoted = "QUOTED-PRINTABLE" in head
            if found and (is_soft := quoted and line.endswith("=")):
                found[-1][-1] = found[-1][-1][:-1]
        return found

    @property
    def name_line(self) -> str:
        """Return the line by which a person recognizes the card: FN, else the first line."""
        return next((line for line in self.lines if line[:2].upper() == "FN"), next(iter(self.lines), BEGIN))


def cards_of(text: str) -> Iterator[Card]:
    """Yield the cards of a text; a card without an end stops where the next one begins."""
    number, lines, is_within = 0, None, False
    for place, line in enumerate(text.split("\n"), 1):
        word = (line.strip() if lines is None else line.rstrip()).upper()
        if is_within:  # the card of an agent, in the middle of another one (vCard 2.1)
            is_within = word != END
        elif word == BEGIN and lines and _AGENT.fullmatch(lines[-1]):
            is_within = True
        elif word == BEGIN:
            if lines is not None:
                yield Card(number, lines, has_end=False)
            number, lines = place, list[str]()
        elif lines is not None and word == END:
            yield Card(number, lines, has_end=True)
            lines = None
        elif lines is not None:
            lines.append(line)
    if lines is not None:
        yield Card(number, lines, has_end=False)


def read_cards(text: str) -> ContactsRead:
    """Read address cards one by one, so that an invalid card does not affect the others."""
    read = ContactsRead([], [])
    for card in cards_of(text):
        reason = ""
        try:
            found = list(_contacts(card)) if card.has_end else []
        except ValueError:
            found, reason = [], _("This card cannot be read.")
        if any(UNREADABLE in one.name + one.address for one in found):
            found, reason = [], other_encoding()
        read.candidates.extend(found)
        if not found:
            reason = reason or (
                _("This card has neither a number nor a SIP address.")
                if card.has_end
                else _("This card is not complete: its END line is missing.")
            )
            read.problems.append(ContactProblem(card.number, quoted_line(card.name_line), reason))
    return read


def _contacts(card: Card) -> Iterator[ContactCandidate]:
    properties = card.properties()
    name, group = _name(properties), _group(properties)
    addresses: dict[str, str] = {}
    for wanted in NUMBERS:
        for value in (one.text for one in properties if one.name == wanted):
            is_foreign = wanted == "IMPP" and ":" in value and not value.lower().startswith(("sip:", "sips:"))
            if value and not is_foreign:
                addresses.setdefault(_one_of_number(value), value)
    for value in addresses.values():
        yield ContactCandidate(card.number, value, name, group)


def _one_of_number(address: str) -> str:
    """Return the same key for a number and for the SIP address of that number, because a card often has both."""
    plain = same_address(address)
    number = without_separators(plain.partition("@")[0])
    return number if _PLAIN_NUMBER.fullmatch(number) else plain


def _name(properties: list[Property]) -> str:
    written = next((one.text for one in properties if one.name == "FN"), "")
    family, given, *_rest = [*next((one.parts(";") for one in properties if one.name == "N"), []), "", ""]
    company = next((" ".join(one.parts(";")) for one in properties if one.name == "ORG"), "")
    return " ".join((written or f"{given} {family}".strip() or company).split())


def _group(properties: list[Property]) -> str:
    return ",".join(next((one.parts(",") for one in properties if one.name == "CATEGORIES"), []))


def write_cards(entries: Iterable[PhonebookEntry]) -> Iterator[str]:
    """Yield contacts as vCard 3.0, which phones and mail programs can read."""
    for entry in entries:
        address = "".join(same_address(entry.uri).split())
        name = entry.name or f"{entry.first_name} {entry.last_name}".strip() or address
        first, _space, last = name.rpartition(" ")
        user = address.partition("@")[0]
        lines = [BEGIN, "VERSION:3.0", f"FN:{_escaped(name)}", f"N:{_escaped(last)};{_escaped(first)};;;"]
        if _PLAIN_NUMBER.fullmatch(user) and len(user) > 2:
            lines.append(f"TEL:{user}")
        lines.append(f"IMPP:sip:{address}")
        if entry.group:
            lines.append(f"CATEGORIES:{_escaped(entry.group)}")
        yield "".join(f"{_folded(line)}\r\n" for line in [*lines, END])


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ("\r", ""), ("\n", "\\n"), (",", "\\,"), (";", "\\;")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """Fold a line so that no piece of it is longer than 75 octets in UTF-8 (RFC 2426, section 2.6)."""
    pieces: list[str] = []
    octets = 0
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if octets + size > OCTETS:
            pieces.append("\r\n ")
            octets = 1
        pieces.append(char)
        octets += size
    return "".join(pieces)
