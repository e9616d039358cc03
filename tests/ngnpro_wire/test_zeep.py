"""Plain zeep loads the WSDL offline, reads our answers and sends calls that we read."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import zeep
import zeep.exceptions
from zeep.helpers import serialize_object
from zeep.transports import Transport

from ngnpro_wire.codec import Request, decode_request, encode_fault, encode_reply
from ngnpro_wire.schema import ENCODING_NS, ENCODING_XSD_PATH, WSDL_PATH, load_schema
from tests.support.samples import sample

SCHEMA = load_schema()
OPERATIONS = [(operation.port, operation.name) for operation in SCHEMA.operations.values()]
ADDRESS = "http://127.0.0.1:9200/"


class Wire(Transport):
    """Loads only files and the encoding schema, stores the call that is posted, and returns an empty answer."""

    call = b""

    def load(self, url: str) -> bytes:
        if url == ENCODING_NS:
            return ENCODING_XSD_PATH.read_bytes()
        assert "://" not in url, f"zeep wants to fetch {url}"
        return bytes(super().load(url))

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        assert address == ADDRESS
        assert headers["SOAPAction"] == '""'
        self.call = message
        operation = decode_request(SCHEMA, message).operation
        return http_response(200, encode_reply(SCHEMA, operation, None))


def http_response(status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content = status, body
    response.headers["Content-Type"] = "text/xml; charset=utf-8"
    return response


@pytest.fixture(scope="module")
def client() -> zeep.Client:
    return zeep.Client(str(WSDL_PATH), transport=Wire())


def read(client: zeep.Client, port: str, name: str, status: int, body: bytes) -> Any:
    """Return zeep's reading of an answer."""
    binding = client.bind("NGNPro", f"{port}Port")._binding
    return serialize_object(binding.process_reply(client, binding.get(name), http_response(status, body)), dict)


def answered(client: zeep.Client, port: str, name: str, result: Any) -> Any:
    """Return zeep's reading of an answer that we write."""
    return read(client, port, name, 200, encode_reply(SCHEMA, SCHEMA.operation(port, name), result))


def sent(client: zeep.Client, port: str, name: str, **arguments: Any) -> Request:
    """Call an operation with zeep, and return what we read."""
    auth = {"username": "portal", "password": "s3cret", "admin": True}
    assert client.bind("NGNPro", f"{port}Port")[name](**arguments, _soapheaders={"auth": auth}) is None
    return decode_request(SCHEMA, client.transport.call)


def test_every_port_has_all_its_operations(client: zeep.Client) -> None:
    for port, namespace in SCHEMA.ports.items():
        service = client.bind("NGNPro", f"{port}Port")
        names = {name for operation_namespace, name in SCHEMA.operations if operation_namespace == namespace}
        assert set(service._binding._operations) == names


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_every_answer_is_read(client: zeep.Client, port: str, name: str) -> None:
    output = SCHEMA.operation(port, name).output
    result = None if output is None else sample(output)
    # zeep unwraps a structure that has only one member, and reads one without members as nothing
    expected = result["entries"] if name == "getCreditHistory" else result or None
    assert answered(client, port, name, result) == expected


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_list_of_any_length_is_a_list(client: zeep.Client, count: int) -> None:
    page = {"total": count, "domains": [{"domain": f"{number}.example.com"} for number in range(count)]}
    domains = answered(client, "Sip", "getDomains", page)["domains"]
    assert isinstance(domains, list)
    assert [domain["domain"] for domain in domains] == [domain["domain"] for domain in page["domains"]]


def test_a_fault_is_raised_with_its_detail(client: zeep.Client) -> None:
    fault = encode_fault(SCHEMA, 1001, "The domain example.com exists.", "Refused")
    with pytest.raises(zeep.exceptions.Fault) as raised:
        read(client, "Sip", "addDomain", 500, fault)
    assert raised.value.message == "Refused"
    assert raised.value.detail.findtext(".//errorcode") == "1001"
    assert raised.value.detail.findtext(".//errorstring") == "The domain example.com exists."


def test_a_call_is_read_with_its_header_nested_lists_and_left_out_members(client: zeep.Client) -> None:
    account = {
        "id": {"username": "alice", "domain": "example.com"},
        "groups": ["sms", "quota"],
        "properties": [{"name": "language", "value": "nl"}],
        "prepaid": 1,
    }
    request = sent(client, "Sip", "addAccount", account=account)
    assert request.auth == {"username": "portal", "password": "s3cret", "admin": True}
    assert request.arguments == {"account": account}


def test_audio_is_sent_as_base64(client: zeep.Client) -> None:
    request = sent(client, "Voicemail", "setAnnouncement", sipId={"username": "a"}, message=b"RIFF\x00\xff")
    assert request.arguments["message"] == b"RIFF\x00\xff"


def test_operations_of_the_same_name_go_to_the_port_they_were_called_on(client: zeep.Client) -> None:
    for port in ("Sip", "Customer", "Voicemail"):
        assert sent(client, port, "addAccount", account={}).operation.port == port
