"""Writes rpc/encoded messages (SOAP 1.1, section 5) by the types that zeep has read from a WSDL.

zeep 4.3 cannot write them: values carry no ``xsi:type``, arrays no ``SOAP-ENC:arrayType``, and their items not the name
``item``; an empty array cannot be sent; an array within an array's item is sent empty; the ``auth`` header can only be
sent where the WSDL binds it to the operation. A test for each fails once zeep can. Filling these gaps from outside also
took ten times as long as writing the text (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ngnpro_wire.encoding import NOT_XML, escape_xml

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING_NS = "http://schemas.xmlsoap.org/soap/encoding/"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"


# The name, the value and the type of a part of a call.
Part: TypeAlias = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How values of a type are written: as an array of ``item``, as a struct with ``members``, or as ``text``.

    ``name`` is the qualified name of the type, that of the item for an array. Each member has its name, its type, and
    whether it may be nil.
    """

    name: str
    item: Any = None
    members: tuple[tuple[str, Any, bool], ...] = ()
    text: Callable[[Any], object] | None = None


class MessageWriter:
    """Writes the calls of one WSDL."""

    def __init__(self, namespaces: Iterable[str]) -> None:
        """Create a writer for types of these namespaces."""
        self._prefixes = {namespace: f"types{number}" for number, namespace in enumerate(namespaces)}
        self._prefixes |= {XSD_NS: "xsd", ENCODING_NS: "SOAP-ENC"}
        bound = {**self._prefixes, ENVELOPE_NS: "SOAP-ENV", XSI_NS: "xsi"}
        self._bindings = "".join([f' xmlns:{prefix}="{escape_xml(namespace)}"' for namespace, prefix in bound.items()])
        self._shapes: dict[int, _Shape] = {}  # by identity, because zeep's types have no hash; its client keeps them

    def message(
        self, namespace: str, operation: str, parts: Iterable[Part], header: Mapping[str, str | bool | int] | None
    ) -> bytes:
        """Return the message of a call; without a header, if ``header`` is ``None``.

        Raises ``ValueError`` for a text that XML does not allow, or a value that does not fit its type.
        """
        call = self._call(namespace, operation, parts)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<SOAP-ENV:Envelope{self._bindings} SOAP-ENV:encodingStyle="{ENCODING_NS}">'
            f"{_header(header)}<SOAP-ENV:Body>{call}</SOAP-ENV:Body>"
            "</SOAP-ENV:Envelope>"
        ).encode()

    def call(self, namespace: str, operation: str, parts: Iterable[Part]) -> str:
        """Return the element of a call with everything that it needs to stand alone; raises as ``message`` does."""
        return self._call(namespace, operation, parts, self._bindings)

    def _call(self, namespace: str, operation: str, parts: Iterable[Part], bindings: str = "") -> str:
        out = [f'<call:{operation} xmlns:call="{escape_xml(namespace)}"{bindings}>']
        for name, value, wsdl_type in parts:
            self._put(name, value, wsdl_type, out)
        out.append(f"</call:{operation}>")
        return "".join(out)

    def _put(self, tag: str, value: Any, wsdl_type: Any, out: list[str]) -> None:
        shape = self._shapes.get(id(wsdl_type)) or self._shape(wsdl_type)
        if value is None:
            out.append(f'<{tag} xsi:nil="true"/>')
        elif shape.item is not None:
            out.append(f'<{tag} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="{shape.name}[{len(value)}]">')
            for item in value:
                self._put("item", item, shape.item, out)
            out.append(f"</{tag}>")
        elif shape.text is not None:
            out.append(f'<{tag} xsi:type="{shape.name}">{_written(shape.text(value))}</{tag}>')
        else:
            out.append(f'<{tag} xsi:type="{shape.name}">')
            for name, member, may_be_nil in shape.members:
                if name in value and (value[name] is not None or may_be_nil):
                    self._put(name, value[name], member, out)
            out.append(f"</{tag}>")

    def _shape(self, wsdl_type: Any) -> _Shape:
        array = getattr(wsdl_type, "_array_type", None)
        if array is not None:
            shape = _Shape(self._qualified(array.array_type), item=array.array_type)
        elif hasattr(wsdl_type, "elements"):
            members = tuple((name, member.type, bool(member.nillable)) for name, member in wsdl_type.elements)
            shape = _Shape(self._qualified(wsdl_type), members=members)
        else:
            shape = _Shape(self._qualified(wsdl_type), text=wsdl_type.xmlvalue)
        self._shapes[id(wsdl_type)] = shape
        return shape

    def _qualified(self, wsdl_type: Any) -> str:
        prefix = self._prefixes.get(wsdl_type.qname.namespace)
        return f"{prefix}:{wsdl_type.qname.localname}" if prefix else str(wsdl_type.qname.localname)


def _header(members: Mapping[str, str | bool | int] | None) -> str:
    return "" if members is None else f"<SOAP-ENV:Header>{_auth_header(members)}</SOAP-ENV:Header>"


def _auth_header(members: Mapping[str, str | bool | int]) -> str:
    """Return the ``auth`` header, unqualified as CDRTool sends it (contract: Authentication)."""
    written = []
    for name, value in members.items():
        kind = "boolean" if isinstance(value, bool) else "int" if isinstance(value, int) else "string"
        text = str(value).lower() if isinstance(value, bool) else _written(value)
        written.append(f'<{name} xsi:type="xsd:{kind}">{text}</{name}>')
    return f"<auth>{''.join(written)}</auth>"


def _written(value: object) -> str:
    text = value.decode("ascii") if isinstance(value, bytes) else str(value)
    if NOT_XML.search(text):
        raise ValueError("A text has a character that XML does not allow.")
    return escape_xml(text)
