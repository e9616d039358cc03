"""E-mail addresses: their normal form, lists of them, and the reasons why a text is none (RFC 5321, RFC 5322)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from ngnpro_wire.facts.domain_names import normal_domain

MOST_CHARACTERS, MOST_IN_LOCAL_PART = 254, 64  # RFC 5321 section 4.5.3.1, and its erratum 1690

_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


class EmailFault(StrEnum):
    """The reason why a text is no e-mail address."""

    NO_AT = "no @"
    LOCAL_PART = "a wrong local part"
    INTERNATIONAL = "letters before the @ that are not ASCII"
    TOO_LONG = "too long"
    SEVERAL = "several addresses"
    OPEN = "an open quotation mark or bracket"


class EmailRefused(ValueError):
    """The text is no e-mail address; ``part`` is what is wrong with it."""

    def __init__(self, fault: EmailFault, part: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.part = part


def normal_email(typed: str) -> str:
    """Return an e-mail address in lower case, its domain in ASCII; an empty text for a blank one.

    ``mailto:``, a name around the address (``"King, Ada" <ada@example.com>``) and a separator at the end are removed.
    Local parts are dot-atoms in ASCII, because not all mail servers have SMTPUTF8 (RFC 6531). Raises ``EmailRefused``
    or, for a wrong domain, ``DomainRefused``.
    """
    found = email_list(typed)
    if len(found) > 1:
        raise EmailRefused(EmailFault.SEVERAL, ", ".join(found[:2]))
    return found[0] if found else ""


def email_list(typed: str) -> tuple[str, ...]:
    """Return the addresses of a list, each once, in their normal form and in their order.

    Addresses are separated by commas, semicolons, line breaks and, if they have no names, blanks. Raises
    ``EmailRefused`` or ``DomainRefused`` for the first text that is none.
    """
    return tuple(dict.fromkeys(_normal_address(text) for text in _parts(_plain(typed))))


def _plain(typed: str) -> str:
    """Return a text with ASCII blanks, and without invisible characters of web pages and word processors."""
    if typed.isascii():
        return typed
    kinds = ((sign, unicodedata.category(sign)) for sign in typed)
    return "".join(" " if kind in ("Zs", "Zl", "Zp") else sign for sign, kind in kinds if kind != "Cf")


def _parts(text: str) -> Iterator[str]:
    """Yield the texts between separators that are outside of quotation marks and of names before ``<``."""
    for entry in _entries(text):
        _name, bracket, rest = entry.rpartition("<")
        if bracket and rest.rstrip().endswith(">"):
            yield rest.rstrip()[:-1]
        elif bracket:
            raise EmailRefused(EmailFault.OPEN, entry.strip()[:60])
        else:
            yield from entry.split()


def _entries(text: str) -> Iterator[str]:
    """Split at commas, semicolons and line breaks outside of quotation marks and angle brackets."""
    start, is_quoted, is_escaped = 0, False, False
    for place, sign in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif sign == "\\" and is_quoted:
            is_escaped = True
        elif sign == '"':
            is_quoted = not is_quoted
        elif sign in ",;\r\n" and not is_quoted:
            if text[start:place].strip():
                yield text[start:place]
            start = place + 1
    if is_quoted:
        raise EmailRefused(EmailFault.OPEN, text[start:].strip()[:60])
    if text[start:].strip():
        yield text[start:]


def _normal_address(text: str) -> str:
    address = text.strip().lower().removeprefix("mailto:")
    local, at, host = address.rpartition("@")
    if not at or not local:
        raise EmailRefused(EmailFault.NO_AT, address[:60])
    if not local.isascii():
        raise EmailRefused(EmailFault.INTERNATIONAL, local[:60])
    if len(local) > MOST_IN_LOCAL_PART:
        raise EmailRefused(EmailFault.TOO_LONG)
    if not _LOCAL_PART.fullmatch(local):
        raise EmailRefused(EmailFault.LOCAL_PART, local[:60])
    address = f"{local}@{normal_domain(host)}"
    if len(address) > MOST_CHARACTERS:
        raise EmailRefused(EmailFault.TOO_LONG)
    return address
