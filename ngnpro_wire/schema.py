"""The schema of a WSDL file: its types, and its operations by (namespace, name), read once per file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

from lxml import etree

WSDL_PATH = Path(__file__).with_name("ngnpro.wsdl")
ENCODING_XSD_PATH = Path(__file__).with_name("soap-encoding.xsd")

NAMESPACE = "urn:AGProjects:NGNPro"
WSDL_NS = "http://schemas.xmlsoap.org/wsdl/"
SOAP_NS = "http://schemas.xmlsoap.org/wsdl/soap/"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
ENCODING_NS = "http://schemas.xmlsoap.org/soap/encoding/"

_W, _S, _X = f"{{{WSDL_NS}}}", f"{{{SOAP_NS}}}", f"{{{XSD_NS}}}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """An XML Schema simple type, by its local name: ``string``, ``int``, ``boolean``…"""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A complex type with named members, in the order of the WSDL; ``namespace`` is empty for the WSDL's own."""

    name: str
    fields: dict[str, Type] = field(default_factory=dict, repr=False)
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Array:
    """A SOAP-encoded array of one item type (SOAP 1.1, section 5.4.2)."""

    name: str
    item: Type


Type: TypeAlias = Scalar | Struct | Array


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of one port: its input parts, and its only output part (``None`` if it has none)."""

    port: str
    namespace: str
    name: str
    inputs: dict[str, Type]
    output: Type | None
    documentation: str = ""


@dataclass(frozen=True, eq=False)
class Schema:
    """The contents of a WSDL file that the codec needs."""

    path: Path
    namespace: str
    types: dict[str, Type]
    operations: dict[tuple[str, str], Operation]

    @cached_property
    def ports(self) -> dict[str, str]:
        """The body namespace of each port, e.g. ``{"Sip": "urn:AGProjects:NGNPro:Sip"}``."""
        return {operation.port: operation.namespace for operation in self.operations.values()}

    def operation(self, port: str, name: str) -> Operation:
        """Return an operation by port (``"Sip"``) and name (``"addDomain"``); raise ``KeyError`` if there is none."""
        return self.operations[self.ports[port], name]


def load_schema(path: Path = WSDL_PATH) -> Schema:
    """Return the schema of a WSDL file, read once; ``OSError`` or ``etree.XMLSyntaxError`` if it cannot be read."""
    return _load(path)


@lru_cache(maxsize=8)
def _load(path: Path) -> Schema:
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    types = _Types(root)
    return Schema(
        path=path,
        namespace=root.get("targetNamespace") or NAMESPACE,
        types=types.all(),
        operations={(op.namespace, op.name): op for op in _operations(root, types)},
    )


class _Types:
    """The types of one WSDL document; each is built once, so that types may refer to one another.

    Several schemas may have types of the same name: the first one has it without a namespace.
    """

    def __init__(self, root: etree._Element) -> None:
        self._own = str(root.get("targetNamespace"))
        self._elements: dict[str, etree._Element] = {}
        for element in root.iter(_X + "complexType"):
            if element.get("name"):
                name, namespace = str(element.get("name")), _namespace_of(element)
                self._elements.setdefault(name, element)
                self._elements[f"{{{namespace}}}{name}"] = element
        self._simple = {str(e.get("name")): e for e in root.iter(_X + "simpleType") if e.get("name")}
        self._known: dict[etree._Element, Type] = {}

    def all(self) -> dict[str, Type]:
        return {name: self._built(element) for name, element in self._elements.items() if name[0] != "{"}

    def named(self, name: str, namespace: str | None = None) -> Type:
        element = self._elements.get(f"{{{namespace}}}{name}", self._elements.get(name))
        if element is None:
            raise KeyError(f"The WSDL refers to the type {name}, which it does not have.")
        return self._built(element)

    def _built(self, element: etree._Element) -> Type:
        if element not in self._known:
            name, item = str(element.get("name")), _array_item(element)
            if item is not None:
                self._known[element] = Array(name, self.qualified(item.partition("[")[0], element))
            else:
                namespace = _namespace_of(element)
                struct = self._known[element] = Struct(name, namespace="" if namespace == self._own else namespace)
                struct.fields.update(self._members(element))
        return self._known[element]

    def _members(self, element: etree._Element) -> Iterator[tuple[str, Type]]:
        for member in element.iter(_X + "element"):
            yield str(member.get("name")), self.qualified(str(member.get("type")), member)

    def qualified(self, qname: str, element: etree._Element) -> Type:
        prefix, _, local = qname.rpartition(":")
        if element.nsmap.get(prefix or None) in (XSD_NS, ENCODING_NS):
            return Scalar(local)
        if local in self._simple:
            restriction = self._simple[local].find(_X + "restriction")
            return (
                Scalar("string") if restriction is None else self.qualified(str(restriction.get("base")), restriction)
            )
        return self.named(local, element.nsmap.get(prefix or None))


def _operations(root: etree._Element, types: _Types) -> Iterator[Operation]:
    messages = {
        str(message.get("name")): {
            str(part.get("name")): types.qualified(str(part.get("type")), part) for part in message.findall(_W + "part")
        }
        for message in root.findall(_W + "message")
    }
    port_types = {str(p.get("name")): p for p in root.findall(_W + "portType")}
    for binding in root.findall(_W + "binding"):
        port_type = port_types[_local(str(binding.get("type")))]
        abstract = {str(o.get("name")): o for o in port_type.findall(_W + "operation")}
        for element in binding.findall(_W + "operation"):
            name = str(element.get("name"))
            body = element.find(f"{_W}input/{_S}body")
            namespace = str(body.get("namespace")) if body is not None else ""
            output = messages[_message(abstract[name], "output")]
            yield Operation(
                port=namespace.rpartition(":")[2],
                namespace=namespace,
                name=name,
                inputs=messages[_message(abstract[name], "input")],
                output=next(iter(output.values()), None),
                documentation=_documentation(abstract[name]),
            )


def _documentation(operation: etree._Element) -> str:
    return " ".join((operation.findtext(_W + "documentation") or "").split())


def _namespace_of(element: etree._Element) -> str:
    """Return the namespace of the schema that a type stands in."""
    schema = next(element.iterancestors(_X + "schema"), None)
    return "" if schema is None else str(schema.get("targetNamespace") or "")


def _array_item(element: etree._Element) -> str | None:
    attribute = element.find(f".//{_X}attribute[@{_W}arrayType]")
    return None if attribute is None else attribute.get(_W + "arrayType")


def _message(operation: etree._Element, direction: str) -> str:
    element = operation.find(_W + direction)
    return "" if element is None else _local(str(element.get("message")))


def _local(qname: str) -> str:
    return qname.rpartition(":")[2]
