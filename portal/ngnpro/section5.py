"""Support for rpc/encoded messages (SOAP 1.1, section 5) that zeep 4.3 lacks.

It fills four gaps, each covered by a test that fails once zeep closes it: values carry no ``xsi:type``, arrays no
``SOAP-ENC:arrayType``, and their items not the name ``item``; an empty array cannot be sent; an array within an
array's item is sent empty unless it is one of zeep's own objects; the ``auth`` header can only be sent where the
WSDL binds it to the operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING_NS = "http://schemas.xmlsoap.org/soap/encoding/"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"

_TYPE = f"{{{XSI_NS}}}type"
_NIL = f"{{{XSI_NS}}}nil"
_ARRAY_TYPE = f"{{{ENCODING_NS}}}arrayType"


def allow_empty_arrays(wsdl_types: Iterable[Any]) -> None:
    """Let zeep send empty SOAP arrays; by default the array's ``xsd:any`` requires at least one item."""
    for wsdl_type in wsdl_types:
        if getattr(wsdl_type, "_array_type", None) is not None:
            for _name, group in wsdl_type.elements_nested:
                for item in group:
                    item.min_occurs = 0


def as_zeep(value: Any, wsdl_type: Any, nil: Any) -> Any:
    """Convert plain data, with arrays at any depth, into zeep's objects.

    A member that is ``None`` becomes ``nil`` if the WSDL allows it, else it is left out.
    """
    if value is None:
        return nil
    if isinstance(value, list):
        item_type = wsdl_type._array_type.array_type
        return wsdl_type([as_zeep(item, item_type, nil) for item in value])
    if isinstance(value, dict):
        declared = dict(wsdl_type.elements)
        members = {name: member for name, member in value.items() if member is not None or declared[name].nillable}
        return wsdl_type(**{name: as_zeep(member, declared[name].type, nil) for name, member in members.items()})
    return value


def auth_header(members: Mapping[str, str | bool | int]) -> Element:
    """Build the ``auth`` header, unqualified as CDRTool sends it (contract: Authentication)."""
    header = etree.Element("auth", nsmap={"xsi": XSI_NS, "xsd": XSD_NS})
    for name, value in members.items():
        member = etree.SubElement(header, name)
        if isinstance(value, bool):
            member.set(_TYPE, "xsd:boolean")
            member.text = "true" if value else "false"
        else:
            member.set(_TYPE, "xsd:int" if isinstance(value, int) else "xsd:string")
            member.text = str(value)
    return header


class Section5:
    """A zeep plugin that types every value of an outgoing call by the operation's own WSDL types."""

    def __init__(self, namespaces: Iterable[str]) -> None:
        # Avoid the prefixes of zeep: it binds ns0 again on the body element, so ns0:SipDomain would change its meaning.
        self._prefixes = {namespace: f"types{number}" for number, namespace in enumerate(namespaces)}
        self._prefixes |= {XSD_NS: "xsd", ENCODING_NS: "SOAP-ENC"}
        self._nsmap = {prefix: namespace for namespace, prefix in self._prefixes.items()}
        self._nsmap |= {"SOAP-ENV": ENVELOPE_NS, "xsi": XSI_NS}

    def egress(
        self, envelope: Element, http_headers: dict[str, str], operation: Any, binding_options: Any
    ) -> tuple[Element, dict[str, str]]:
        """Return the envelope with types, array types and the encoding style."""
        typed = etree.Element(envelope.tag, nsmap=self._nsmap)
        typed.set(f"{{{ENVELOPE_NS}}}encodingStyle", ENCODING_NS)
        typed.extend(list(envelope))
        parts = dict(operation.input.body.type.elements)
        body = typed.find(f"{{{ENVELOPE_NS}}}Body")
        for call in body if body is not None else ():
            for part in call:
                self._type(part, parts[etree.QName(part).localname].type)
        return typed, http_headers

    def _type(self, element: Element, wsdl_type: Any) -> None:
        if element.get(_NIL) is not None:
            return
        array = getattr(wsdl_type, "_array_type", None)
        if array is not None:
            item_type = array.array_type
            element.set(_TYPE, "SOAP-ENC:Array")
            element.set(_ARRAY_TYPE, f"{self._qualified(item_type.qname)}[{len(element)}]")
            for item in element:
                item.tag = "item"
                self._type(item, item_type)
            return
        if wsdl_type.qname is not None:
            element.set(_TYPE, self._qualified(wsdl_type.qname))
        members = dict(getattr(wsdl_type, "elements", ()))
        for child in element:
            self._type(child, members[etree.QName(child).localname].type)

    def _qualified(self, name: Any) -> str:
        prefix = self._prefixes.get(name.namespace)
        return f"{prefix}:{name.localname}" if prefix else str(name.localname)
