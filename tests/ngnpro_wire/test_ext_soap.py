"""PHP's real ext-soap loads the WSDL without fetching anything, sends calls that we read and reads our answers."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from ngnpro_wire.codec import Request, WireFault, decode_request, encode_fault, encode_reply
from ngnpro_wire.publishing import published_wsdl
from ngnpro_wire.schema import WSDL_PATH, load_schema
from tests.support.needs import PHP_SOAP
from tests.support.samples import sample

pytestmark = [pytest.mark.real, pytest.mark.needs(PHP_SOAP)]

SCHEMA = load_schema()
SCRIPT = Path(__file__).with_name("ext_soap.php")
ALICE = {"username": "alice", "domain": "example.com"}
Answer = Callable[[Request], Any]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[Request]]]:
    """Serve on a free loopback port; yield the URL, and the list to which calls are appended."""
    calls: list[Request] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = decode_request(SCHEMA, environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        calls.append(request)
        try:
            status, body = "200 OK", encode_reply(SCHEMA, request.operation, answer(request))
        except WireFault as fault:
            status, body = "500 Refused", encode_fault(SCHEMA, fault.code or 0, fault.text, fault.title)
        start_response(status, [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", calls
        finally:
            server.shutdown()
            thread.join()


def exchange(
    tmp_path: Path, port: str, calls: list[tuple[str, list[Any]]], answer: Answer
) -> tuple[Any, list[Request]]:
    """Make the calls with PHP; return what PHP read, and what we read."""
    wsdl = tmp_path / f"{port}.wsdl"
    with serving(answer) as (address, requests):
        wsdl.write_bytes(published_wsdl(WSDL_PATH, address, port))
        php = subprocess.run(
            ["php", str(SCRIPT), str(wsdl), "portal", "s3cret", "1"],
            input=json.dumps(calls, default=as_base64),
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert (php.returncode, php.stderr) == (0, ""), php.stdout
    return json.loads(php.stdout), requests


def as_base64(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode()}


def nothing(_request: Request) -> None:
    return None


@pytest.mark.parametrize("port", SCHEMA.ports)
def test_every_operation_of_a_port_is_called_and_its_answer_read(port: str, tmp_path: Path) -> None:
    operations = [operation for operation in SCHEMA.operations.values() if operation.port == port]
    arguments = [{name: sample(type_) for name, type_ in operation.inputs.items()} for operation in operations]
    results = [None if operation.output is None else sample(operation.output) for operation in operations]
    calls = [(operation.name, list(parts.values())) for operation, parts in zip(operations, arguments, strict=True)]

    read, requests = exchange(
        tmp_path, port, calls, lambda request: request.operation.output and sample(request.operation.output)
    )

    assert [(request.operation, request.arguments) for request in requests] == list(
        zip(operations, arguments, strict=True)
    )
    assert read == [{"result": result} for result in results]


def test_the_header_arrives(tmp_path: Path) -> None:
    _read, requests = exchange(tmp_path, "Sip", [("getMediaSummary", [])], nothing)
    assert requests[0].auth == {"username": "portal", "password": "s3cret", "admin": True}


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_list_of_any_length_is_a_list_both_ways(count: int, tmp_path: Path) -> None:
    members = [f"sip:{number}@example.com" for number in range(count)]
    calls = [("setRejectMembers", [ALICE, members]), ("getRejectMembers", [ALICE]), ("getDomains", [{}])]
    domains = [{"domain": member, "customer": 1} for member in members]
    answers = {
        "setRejectMembers": None,
        "getRejectMembers": members,
        "getDomains": {"total": count, "domains": domains},
    }

    read, requests = exchange(tmp_path, "Sip", calls, lambda request: answers[request.operation.name])

    assert requests[0].arguments == {"sipId": ALICE, "members": members}
    assert [entry["result"] for entry in read] == [None, members, {"total": count, "domains": domains}]


def test_members_that_are_empty_arrive_so_and_null_ones_are_left_out(tmp_path: Path) -> None:
    account = {"id": ALICE, "firstName": "", "groups": [], "acl": [{"ip": "10.0.0.0", "mask": 8}]}
    _read, requests = exchange(tmp_path, "Sip", [("addAccount", [account | {"owner": None}])], nothing)
    assert requests[0].arguments == {"account": account}


def test_an_object_sent_twice_arrives_twice_though_the_second_is_a_reference(tmp_path: Path) -> None:
    route = {"prefix": "0031", "carrier_id": 4}
    _read, requests = exchange(tmp_path, "Sip", [("addRoutes", [{"twice": route}])], nothing)
    assert requests[0].arguments == {"routes": [route, route]}


def test_a_fault_shows_its_code_and_words(tmp_path: Path) -> None:
    def refuse(_request: Request) -> None:
        raise WireFault(1001, "The domain <example.com> exists.", "Refused")

    read, _requests = exchange(tmp_path, "Sip", [("addDomain", [{"domain": "example.com"}])], refuse)
    assert read == [{"fault": [1001, "The domain <example.com> exists.", "Refused"]}]


def test_values_that_php_writes_in_its_own_way_are_read_by_their_type(tmp_path: Path) -> None:
    account = {"owner": "7", "prepaid": True, "quota": 12.0, "timeout": "35"}
    balance: list[Any] = [ALICE, "5.25", None]
    _read, requests = exchange(tmp_path, "Sip", [("addAccount", [account]), ("addBalance", balance)], nothing)
    assert requests[0].arguments == {"account": {"owner": 7, "prepaid": 1, "quota": 12, "timeout": 35}}
    assert requests[1].arguments == {"sipId": ALICE, "value": 5.25, "description": None}


def test_without_choosing_a_port_ext_soap_still_reaches_what_has_one_name_only(tmp_path: Path) -> None:
    wsdl = tmp_path / "all.wsdl"
    with serving(nothing) as (address, requests):
        wsdl.write_bytes(published_wsdl(WSDL_PATH, address))
        calls = [("getCustomers", [{}]), ("getNumber", [{"number": "31201234567"}]), ("addAccount", [{}])]
        subprocess.run(
            ["php", str(SCRIPT), str(wsdl), "portal", "s3cret", "1"],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    assert [request.operation.port for request in requests] == ["Customer", "Enum", "Sip"]
