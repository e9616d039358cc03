"""Encoding of plain data as typed XML text that PEAR SOAP, ext-soap and zeep can read.

One function per tag and WSDL type is built once and cached.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from .schema import Array, Scalar, Struct, Type

Encode: TypeAlias = Callable[[Any], str]

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEEDS_CARE = re.compile("[&<>\r]|" + NOT_XML.pattern)


# a text with so many tags is XML itself, such as a call within a batch
_MANY_TAGS = 20


def escape_xml(text: str) -> str:
    """Escape text of an element for XML 1.0; a character that is not allowed in XML becomes U+FFFD.

    XML within XML is written as one or more CDATA sections, unless it has carriage returns, which parsers drop there.
    """
    if _NEEDS_CARE.search(text) is None:
        return text
    if text.count("<") > _MANY_TAGS and "\r" not in text:
        inner = text.replace("]]>", "]]]]><![CDATA[>")
        return NOT_XML.sub("\ufffd", f"<![CDATA[{inner}]]>")
    # replacing takes a tenth of the time of str.translate, which matters for an answer within a batch
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return NOT_XML.sub("\ufffd", text)


def encode_element(tag: str, value: Any, type_: Type) -> str:
    """Return one element; for ``None``, an empty text (contract: "Leave absent members out")."""
    return "" if value is None else _encoder(tag, type_)(value)


@cache
def _encoder(tag: str, type_: Type) -> Encode:
    if isinstance(type_, Scalar):
        return _scalar(tag, type_)
    if isinstance(type_, Array):
        return _array(tag, type_)
    return _struct(tag, type_)


def _scalar(tag: str, type_: Scalar) -> Encode:
    opening, closing = f'<{tag} xsi:type="{_qualified(type_)}">', f"</{tag}>"
    text = _TEXTS.get(type_.name, _text)
    if type_.name != "string":
        return lambda value: f"{opening}{text(value)}{closing}"
    needs_care = _NEEDS_CARE.search

    def encode(value: Any) -> str:
        # nearly all members of long lists are texts without special characters: no further call for them
        if type(value) is str and needs_care(value) is None:
            return f"{opening}{value}{closing}"
        return f"{opening}{text(value)}{closing}"

    return encode


def _array(tag: str, type_: Array) -> Encode:
    item_type = _qualified(type_.item)
    beginning = f'<{tag}{_declaration(type_.item)} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="{item_type}'
    closing = f"</{tag}>"

    def encode(value: Any) -> str:
        item = _encoder("item", type_.item)
        items = [item(one) for one in value if one is not None]
        return f'{beginning}[{len(items)}]">{"".join(items)}{closing}'

    return encode


def _struct(tag: str, type_: Struct) -> Encode:
    opening, closing = f'<{tag}{_declaration(type_)} xsi:type="{_qualified(type_)}">', f"</{tag}>"

    @cache
    def members() -> list[tuple[str, Encode]]:
        # not built before the first value, because types may refer to one another
        return [(name, _encoder(name, member)) for name, member in type_.fields.items()]

    def encode(value: Any) -> str:
        get = value.get
        found = [member(one) for name, member in members() if (one := get(name)) is not None]
        return f"{opening}{''.join(found)}{closing}"

    return encode


def _qualified(type_: Scalar | Struct | Array) -> str:
    prefix = "xsd" if isinstance(type_, Scalar) else "other" if _declaration(type_) else "tns"
    return f"{prefix}:{type_.name}"


def _declaration(type_: Type) -> str:
    """Return the declaration of the prefix ``other`` for a type of another namespace than the WSDL's."""
    namespace = type_.namespace if isinstance(type_, Struct) else ""
    return f' xmlns:other="{namespace}"' if namespace else ""


def _boolean(value: Any) -> str:
    return "true" if value else "false"


def _number(value: Any) -> str:
    return str(value) if type(value) is int else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return escape_xml(value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return escape_xml(str(value))


_TEXTS: dict[str, Encode] = {"boolean": _boolean, "int": _number, "long": _number}
