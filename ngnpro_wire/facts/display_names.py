"""Names of people and companies: their normal form, and how headers of SIP and mail contain them."""

from __future__ import annotations

import re
import unicodedata

# Marks of writing direction, zero-width spaces and soft hyphens: what web pages and word processors leave in a name.
# The joiners U+200C and U+200D are not among them, because letters of some scripts need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def normal_name(typed: str) -> str:
    """Return a name as one line in Unicode normalization form C, without invisible characters and outer blanks.

    Line breaks, tabs and other control characters become blanks, several blanks one. The quotation marks of a header
    around the whole name (RFC 3261 section 25.1: quoted-string) are removed.
    """
    text = _one_line(typed)
    quoted = _QUOTED.fullmatch(text)
    return _one_line(_ESCAPED.sub(r"\1", quoted[1])) if quoted else text


def _one_line(typed: str) -> str:
    if typed.isascii() and typed.isprintable():
        return " ".join(typed.split())
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", typed))
    return " ".join("".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in visible).split())


def split_header(header: str) -> tuple[str, str]:
    """Return the name and the address of a header: ``"King, Ada" <sip:ada@example.com>;tag=1`` (RFC 3261, 20.10).

    A text without brackets is an address without a name.
    """
    text = header.strip()
    quoted = _QUOTED.match(text)
    name, rest = (quoted[0], text[quoted.end() :]) if quoted else ("", text)
    before, _bracket, after = rest.partition("<")
    address, closed, _parameters = after.rpartition(">")
    is_address = "@" in address or ":" in address  # else a keyword, such as <voice-mailbox>
    if not closed or not is_address or (quoted and before.strip()):
        return "", text
    return normal_name(name or before), address.strip()


def bare_address(typed: str) -> str:
    """Return an address without the name that programs put in front of it."""
    return split_header(typed)[1]
