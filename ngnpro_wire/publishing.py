"""The WSDL as a server hands it out: with the server's own address, and with one port alone where that is asked for."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from .schema import SOAP_NS, WSDL_NS


def published_wsdl(path: Path, address: str, port: str | None = None) -> bytes:
    """Write a WSDL file with the address that clients are to call.

    With a port (``"Voicemail"``) the service offers that one alone. ext-soap needs it so: it keeps the operations of
    all ports in one table by bare name, in which the first port's ``addAccount`` hides those of the others.
    Raises ``KeyError`` for a port that the file does not have.
    """
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    if port is not None:
        services = root.findall(f"{{{WSDL_NS}}}service")
        others = [(service, other) for service in services for other in service if other.get("name") != f"{port}Port"]
        for service, other in others:
            service.remove(other)
        if not any(service.findall(f"{{{WSDL_NS}}}port") for service in services):
            raise KeyError(port)
    for location in root.iter(f"{{{SOAP_NS}}}address"):
        location.set("location", address)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
