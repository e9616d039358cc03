"""Decoding of XML elements into plain data, with one function per WSDL type, built once and cached."""

from __future__ import annotations

import base64
import binascii
import difflib
import math
import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeAlias

from lxml import etree

from .errors import WireError, WireValueError
from .schema import Array, Scalar, Struct, Type

Element: TypeAlias = etree._Element
Decode: TypeAlias = Callable[[Element], Any]

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_INT_LIMITS = {"int": 31, "integer": 63, "long": 63, "short": 15, "byte": 7}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,5})?")
_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"0", "false"})


class Strictness(Enum):
    """Which members of structures are refused: unknown ones, repeated ones.

    ``FULL``: both. ``FILTERS``: both, but unknown members are ignored in records, beside known ones; never in the
    filters of a list, which would then return more than was asked for. ``NONE``: neither, as in answers.
    """

    FULL = "full"
    FILTERS = "filters"
    NONE = "none"


# the structures that select records
_SELECTING = re.compile("[A-Za-z]*(?:Filter|Query|Range|OrderBy|Id)")


class Decoder:
    """Decodes elements by WSDL type.

    Plain messages share one decoder per strictness. A message with ``href`` references (SOAP 1.1, section 5.2.1),
    ``xsi:nil`` or texts in base64 gets its own decoder, which holds the elements of the message by id; it decodes each
    referenced value only once, so that nested references cannot make the result grow exponentially.
    """

    def __init__(self, strictness: Strictness, root: Element | None = None) -> None:
        self._strictness = strictness
        self._decoders: dict[Type, Decode] = {}
        self._by_id: dict[str, Element] = {}
        self._values: dict[tuple[str, Type], Any] = {}
        self._open: set[str] = set()
        self._careful = root is not None
        if root is not None:
            self._by_id = _elements_by_id(root)

    def decode(self, element: Element, type_: Type) -> Any:
        """Return an element as a dict, list or scalar, or ``None`` for ``xsi:nil``, which lists leave out.

        Raises ``WireError`` or, for a value that does not fit its type, ``ValueError``.
        """
        if not self._careful:
            return self._decoder(type_)(element)
        return self._decode_carefully(element, type_)

    def _decoder(self, type_: Type) -> Decode:
        if type_ not in self._decoders:
            self._decoders[type_] = self._build(type_)
        return self._decoders[type_]

    def _build(self, type_: Type) -> Decode:
        if isinstance(type_, Scalar):
            return scalar_decoder(type_)
        if isinstance(type_, Array):
            return self._array(type_)
        return self._struct(type_)

    def _member(self, type_: Type) -> Decode:
        if self._careful:
            return lambda element: self._decode_carefully(element, type_)
        return self._decoder(type_)

    def _struct(self, struct: Struct) -> Decode:
        members = {name: self._member(type_) for name, type_ in struct.fields.items()}
        # Most members in long lists are texts: they are read here, without a function call for each.
        texts = frozenset(name for name, member in members.items() if member is _string)
        is_strict = self._strictness is not Strictness.NONE
        refuses_unknown = is_strict and (self._strictness is Strictness.FULL or _SELECTING.fullmatch(struct.name))

        def decode(element: Element) -> dict[str, Any]:
            record: dict[str, Any] = {}
            for child in element:
                name: str = child.tag
                if name not in members:
                    name = local_name(child)
                    if name not in members:
                        if refuses_unknown:
                            raise WireError(unknown_name(local_name(element), "member", name, members))
                        continue
                if is_strict and name in record:
                    raise WireError(f"{name}: The member occurs twice in {local_name(element)}.")
                if name in texts and not len(child):
                    record[name] = child.text or ""
                    continue
                try:
                    record[name] = members[name](child)
                except ValueError as error:
                    raise WireValueError(name, str(error)) from None
            if not record:
                _refuse_text(element, "A structure")
                if is_strict and len(element):
                    raise WireError(unknown_name(local_name(element), "member", local_name(element[0]), members))
            return record

        return decode

    def _array(self, array: Array) -> Decode:
        item = self._member(array.item)

        def decode(element: Element) -> list[Any]:
            items = [value for child in element if (value := item(child)) is not None]
            if not items:
                _refuse_text(element, "A list")
            return items

        return decode

    def _decode_carefully(self, element: Element, type_: Type) -> Any:
        if element.get(_NIL) in _TRUE:
            return None
        href = element.get("href")
        if href is None:
            return _from_base64(element) if _is_text_in_base64(element, type_) else self._decoder(type_)(element)
        key = (href, type_)
        if key not in self._values:
            target = self._target(href, element)
            self._open.add(href)
            self._values[key] = self._decoder(type_)(target)
            self._open.discard(href)
        return self._values[key]

    def _target(self, href: str, element: Element) -> Element:
        """Return the element that a reference points to (SOAP 1.1, section 5.4.1)."""
        if href.lower().startswith("cid:"):
            raise WireError(f"The message refers to the attachment {href[:80]!r}; attachments are not read.")
        target = self._by_id.get(href.removeprefix("#"))
        if target is None or not href.startswith("#"):
            raise WireError(f"The message refers to {href[:80]!r}, which it does not hold.")
        if target.get("href") is not None:
            raise WireError("A reference in the message points to another reference.")
        if href in self._open or target in element.iterancestors():
            raise WireError(f"The reference {href[:80]!r} points to an element that is a part of itself.")
        return target


def _elements_by_id(root: Element) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in root.iter():
        name = element.get("id")
        if name and found.setdefault(name, element) is not element:
            raise WireError(f"Two elements of the message have the id {name[:80]!r}.")
    return found


def unknown_name(where: str, kind: str, name: str, known: Iterable[str]) -> str:
    """Return a sentence that says that ``where`` has no part or member of this name, and which it may mean."""
    names = list(known)
    similar = difflib.get_close_matches(name[:80], names, n=1)
    if similar:
        hint = f" Is {similar[0]} meant?"
    else:
        hint = f" It may have {', '.join(names[:12])}{' and others' if len(names) > 12 else ''}." if names else ""
    return f"{where[:80]} has no {kind} {name[:80]!r}.{hint}"


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def scalar_decoder(type_: Scalar) -> Decode:
    """Return the function that decodes a simple type; it raises ``ValueError`` with a readable sentence."""
    if type_.name == "string":
        return _string
    read = _READERS.get(type_.name)
    if read is None:
        return _string

    is_number = type_.name in ("int", "integer", "long")

    def decode(element: Element) -> Any:
        text = element.text
        if is_number and text and len(text) < 10 and text.isdecimal() and text.isascii() and not len(element):
            return int(text)  # shortcut for nearly all numbers of long lists
        text = _string(element).strip()
        return read(text, type_.name) if text else None

    return decode


def _is_text_in_base64(element: Element, type_: Type) -> bool:
    # Perl's SOAP::Lite sends every text that is not ASCII like this.
    is_text = isinstance(type_, Scalar) and type_.name == "string"
    return is_text and element.get(_TYPE, "").rpartition(":")[2] in ("base64Binary", "base64")


def _from_base64(element: Element) -> str:
    try:
        return _read_base64(_string(element), "").decode()
    except UnicodeDecodeError:
        raise ValueError("Text in UTF-8 was expected in the Base64 text.") from None


def _refuse_text(element: Element, wanted: str) -> None:
    # If it were ignored, the value would be an empty list, and an update would delete the stored items.
    if not len(element) and element.text and not element.text.isspace():
        raise ValueError(f"{wanted} was expected, not plain text.")


def _string(element: Element) -> str:
    if len(element):
        raise ValueError("A plain value was expected, but it holds elements.")
    return element.text or ""


def _read_int(text: str, name: str) -> int:
    if text.lower() in ("true", "false"):
        return int(text.lower() == "true")
    if _INTEGER.fullmatch(text) is None:
        raise ValueError(f"A whole number was expected, not {text[:40]!r}.")
    number = int(text) if len(text) < 30 else 1 << 64
    if not -(1 << _INT_LIMITS[name]) <= number < 1 << _INT_LIMITS[name]:
        raise ValueError("The number is too large.")
    return number


def _read_float(text: str, name: str) -> float:
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"A number was expected, not {text[:40]!r}.")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("A finite number was expected.")
    return number


def _read_boolean(text: str, name: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(f"true or false was expected, not {text[:40]!r}.")


def _read_base64(text: str, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("Base64 text was expected.") from None


_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(_INT_LIMITS, _read_int),
    **dict.fromkeys(("float", "double", "decimal"), _read_float),
    "boolean": _read_boolean,
    **dict.fromkeys(("base64Binary", "base64"), _read_base64),
}
