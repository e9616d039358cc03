"""The WSDL as a server publishes it: with its own address, for all ports or for one."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from .schema import SOAP_NS, WSDL_NS

_W, _S = f"{{{WSDL_NS}}}", f"{{{SOAP_NS}}}"
# the attributes whose values name messages, port types and bindings
_REFERENCES = ("message", "type", "binding")


def published_wsdl(path: Path, address: str, port: str | None = None) -> bytes:
    """Return a WSDL file with the address that clients should call.

    With a port (``"Voicemail"``) the document describes only this port, and its target namespace is that of the port's
    operations. ext-soap needs this, because it stores the operations of all ports in one table by name, in which the
    ``addAccount`` of the first port hides those of the others; node-soap, because it calls operations in the target
    namespace. Raises ``KeyError`` for a port that the file does not have.
    """
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    if port is not None:
        root = _only(root, port)
    for location in root.iter(f"{_S}address"):
        location.set("location", address)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _only(root: etree._Element, port: str) -> etree._Element:
    """Return a document with one port; raise ``KeyError`` if there is none of this name."""
    bindings = {element.get("name"): element for element in root.findall(f"{_W}binding")}
    services = {p.get("name"): p for p in root.iter(f"{_W}port")}
    binding = bindings[_local(services[f"{port}Port"].get("binding"))]
    port_type = next(e for e in root.findall(f"{_W}portType") if e.get("name") == _local(binding.get("type")))
    body = binding.find(f"{_W}operation/{_W}input/{_S}body")
    namespace = str(body.get("namespace")) if body is not None else str(root.get("targetNamespace"))
    used = {_local(e.get("message")) for part in (binding, port_type) for e in part.iter() if e.get("message")}
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix} | {"port": namespace}
    document = etree.Element(root.tag, name=str(root.get("name")), nsmap=prefixes)
    document.set("targetNamespace", namespace)
    for child in root:
        name = child.get("name")
        is_other = child.tag in (f"{_W}binding", f"{_W}portType") and child not in (binding, port_type)
        if not is_other and (child.tag != f"{_W}message" or name in used):
            document.append(child)
    for service in document.findall(f"{_W}service"):
        for other in [p for p in service.findall(f"{_W}port") if p.get("name") != f"{port}Port"]:
            service.remove(other)
    _refer_to_port(document)
    return document


def _refer_to_port(document: etree._Element) -> None:
    for element in document.iter(
        *(f"{_W}{name}" for name in ("input", "output", "fault", "binding", "port")), f"{_S}header"
    ):
        for attribute in _REFERENCES:
            if element.get(attribute):
                element.set(attribute, f"port:{_local(element.get(attribute))}")


def _local(qname: str | None) -> str:
    return str(qname).rpartition(":")[2]
