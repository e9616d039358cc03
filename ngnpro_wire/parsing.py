"""Parsing of SOAP messages: from bytes to the elements of a SOAP 1.1 envelope."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Iterator

from lxml import etree

from .decoding import Element, local_name
from .errors import NotUnderstood, VersionMismatch, WireError

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
_E = f"{{{ENVELOPE_NS}}}"
_NEXT_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"
_ROOT = "{http://schemas.xmlsoap.org/soap/encoding/}root"
_TRUE = frozenset({"1", "true"})
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


class _Parsers(threading.local):
    """The parsers of a thread by encoding: making one takes longer than parsing a usual call."""

    def __init__(self) -> None:
        self._by_encoding: dict[str, etree.XMLParser] = {}

    def parser(self, encoding: str) -> etree.XMLParser:
        """Return the parser for an encoding; ``""`` is the encoding that a message declares."""
        if encoding not in self._by_encoding:
            self._by_encoding[encoding] = etree.XMLParser(
                encoding=encoding or None,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
            )
        return self._by_encoding[encoding]


_PARSERS = _Parsers()


def parse(body: bytes, charset: str = "") -> Element:
    """Parse XML; raise ``WireError`` for text that is not well-formed, and for document type declarations.

    A byte order mark tells the encoding, else ``charset`` of the HTTP header, else the XML declaration (RFC 7303
    section 3).
    """
    try:
        root = etree.fromstring(body, _PARSERS.parser(_encoding(body, charset)))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = f" (line {line}, column {column})" if line else ""
        raise WireError(f"The message is not well-formed XML{place}.") from None
    except (ValueError, LookupError):
        raise WireError("The message is not well-formed XML.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise WireError("A SOAP message may not hold a document type declaration.")
    return root


def _encoding(body: bytes, charset: str) -> str:
    if not charset or body.startswith(_MARKS):
        return ""
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        raise WireError(f"The encoding {charset[:40]!r} of the HTTP header is not known.") from None
    # names of UTF-16 without byte order are left to the parser, which reads the order from the text
    return "" if name in ("utf-16", "utf-32") else name


def envelope_of(body: bytes, charset: str = "") -> Element:
    """Parse a message; raise ``VersionMismatch`` for an envelope of another version of SOAP (SOAP 1.1, section 4.4)."""
    root = parse(body, charset)
    if root.tag != f"{_E}Envelope":
        if local_name(root) == "Envelope":
            raise VersionMismatch("The message is not a SOAP 1.1 envelope: its namespace is that of another version.")
        raise WireError("The message is not a SOAP 1.1 envelope.")
    return root


def child_of(root: Element, name: str) -> Element:
    """Return the ``Header`` or ``Body`` of an envelope; raise ``WireError`` if it has none."""
    child = next(root.iterchildren(f"{_E}{name}"), None)
    if child is None:
        raise WireError(f"The SOAP envelope has no {name}.")
    return child


def first_of(body: Element) -> Element:
    """Return the element of the call or answer in a body; raise ``WireError`` if the body is empty."""
    for child in body:
        if child.get("id") is None or child.get(_ROOT) == "1":
            return child
    raise WireError("The SOAP body is empty.")


def header_entries(root: Element, understood: frozenset[str]) -> Iterator[Element]:
    """Yield the header entries whose local names are in ``understood``.

    Raises ``NotUnderstood`` for another entry that must be understood and is addressed to the receiver of the message
    (SOAP 1.1, sections 4.2.2 and 4.2.3).
    """
    header = next(root.iterchildren(f"{_E}Header"), None)
    for entry in header if header is not None else ():
        if local_name(entry) in understood:
            yield entry
        elif (
            entry.get(f"{_E}mustUnderstand", "").strip() in _TRUE
            and entry.get(f"{_E}actor", _NEXT_ACTOR) == _NEXT_ACTOR
        ):
            raise NotUnderstood(
                f"The header {local_name(entry)[:80]!r} must be understood, but this server does not know it."
            )
