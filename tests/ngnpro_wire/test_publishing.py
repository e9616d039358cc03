"""The WSDL as a server publishes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from ngnpro_wire.publishing import published_wsdl
from ngnpro_wire.schema import SOAP_NS, WSDL_NS, WSDL_PATH, load_schema

ADDRESS = "https://ngnpro.example.com:9200/?a=1&b=2"


def ports(document: bytes) -> dict[str | None, str | None]:
    root = etree.fromstring(document)
    return {
        port.get("name"): address.get("location")
        for port in root.iter(f"{{{WSDL_NS}}}port")
        for address in port.iter(f"{{{SOAP_NS}}}address")
    }


def test_every_port_has_the_server_s_address() -> None:
    ports_of_contract = ("SipPort", "CustomerPort", "EnumPort", "VoicemailPort", "DnsPort")
    names = (*ports_of_contract, "RatingPort", "NetworkPort", "PresencePort", "BatchPort", "PlatformPort", "WatchPort")
    assert ports(published_wsdl(WSDL_PATH, ADDRESS)) == dict.fromkeys(names, ADDRESS)


@pytest.mark.parametrize(
    "port",
    ["Sip", "Customer", "Enum", "Voicemail", "Dns", "Rating", "Network", "Presence", "Batch", "Platform", "Watch"],
)
def test_the_wsdl_of_one_port_can_be_requested(port: str) -> None:
    assert ports(published_wsdl(WSDL_PATH, ADDRESS, port)) == {f"{port}Port": ADDRESS}


def test_all_types_and_operations_stay(tmp_path: Path) -> None:
    path = tmp_path / "published.wsdl"
    path.write_bytes(published_wsdl(WSDL_PATH, ADDRESS))
    assert list(load_schema(path).types) == list(load_schema().types)
    assert list(load_schema(path).operations) == list(load_schema().operations)


def test_an_unknown_port_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        published_wsdl(WSDL_PATH, ADDRESS, "Billing")
