"""Encoding of plain data as typed XML text that PEAR SOAP, ext-soap and zeep can read."""

from __future__ import annotations

import base64
import re
from typing import Any

from .schema import Array, Scalar, Struct, Type

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_NEEDS_CARE = re.compile("[&<>\r]|" + _NOT_XML.pattern)


def escape_xml(text: str) -> str:
    """Escape text for XML 1.0; a character that is not allowed in XML becomes U+FFFD."""
    if _NEEDS_CARE.search(text) is None:
        return text
    return _NOT_XML.sub("\ufffd", text).translate(_ESCAPES)


def encode_element(tag: str, value: Any, type_: Type, out: list[str]) -> None:
    """Append one element to ``out``; for ``None``, append nothing (contract: "Leave absent members out")."""
    if value is None:
        return
    if isinstance(type_, Scalar):
        out.append(f'<{tag} xsi:type="xsd:{type_.name}">{escape_xml(_scalar_text(value, type_))}</{tag}>')
    elif isinstance(type_, Array):
        items = [item for item in value if item is not None]
        item_type = _qualified(type_.item)
        out.append(f'<{tag} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="{item_type}[{len(items)}]">')
        for item in items:
            encode_element("item", item, type_.item, out)
        out.append(f"</{tag}>")
    else:
        out.append(f'<{tag} xsi:type="{_qualified(type_)}">')
        for name, member in type_.fields.items():
            encode_element(name, value.get(name), member, out)
        out.append(f"</{tag}>")


def _qualified(type_: Scalar | Struct | Array) -> str:
    return f"{'xsd' if isinstance(type_, Scalar) else 'tns'}:{type_.name}"


def _scalar_text(value: Any, type_: Scalar) -> str:
    if type_.name == "boolean":
        return "true" if value else "false"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value)
