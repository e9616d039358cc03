"""HTTP: addresses, sizes, status codes and the WSDL."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ngnpro_server.config import Server
from tests.support.server import TestServer, make_server, post, request

CALL = b"<x/>"


class Endless(io.RawIOBase):
    """A body that is generated while it is read: only the letter x, up to the given size."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size
        self.largest_read = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole body was asked for at once"
        self.largest_read = max(self.largest_read, size)
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


def locations(body: bytes) -> set[str]:
    return {str(e.get("location")) for e in etree.fromstring(body).iter("{*}address")}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/wsdl", "http://ngnpro.example:9200/"),
        ("/ngnpro/wsdl", "http://ngnpro.example:9200/ngnpro"),
        ("/?wsdl", "http://ngnpro.example:9200/"),
        ("/ngnpro/voicemail?WSDL", "http://ngnpro.example:9200/ngnpro/voicemail"),
    ],
)
def test_the_wsdl_names_the_address_it_was_asked_at(server: TestServer, path: str, address: str) -> None:
    status, headers, body = request(server.app, "GET", path, HTTP_HOST="ngnpro.example:9200")
    assert (status, headers["Content-Type"]) == ("200 OK", "text/xml; charset=utf-8")
    assert locations(body) == {address}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("port", ["Sip", "Customer", "Enum", "Voicemail"])
def test_the_wsdl_of_one_port_has_that_port_alone(server: TestServer, port: str) -> None:
    status, _headers, body = request(server.app, "GET", f"/wsdl?port={port}", HTTP_HOST="ngnpro.example")
    document = etree.fromstring(body)
    assert status == "200 OK"
    assert [element.get("name") for element in document.iter("{http://schemas.xmlsoap.org/wsdl/}port")] == [
        f"{port}Port"
    ]
    assert locations(body) == {"http://ngnpro.example/"}


def test_an_attribute_error_names_the_known_ports(server: TestServer) -> None:
    status, _headers, body = request(server.app, "GET", "/wsdl?port=Fax")
    assert status == "404 Not Found"
    assert (
        body
        == b"The ports are Sip, Customer, Enum, Voicemail, Dns, Rating, Network, Presence, Batch, Platform, Watch.\n"
    )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "host", ['"/><script>', "evil example", "a/b", "", "x" * 300, "[::1", "host:port", "user@host"]
)
def test_an_invalid_host_header_is_not_repeated(server: TestServer, host: str) -> None:
    body = request(server.app, "GET", "/wsdl", HTTP_HOST=host)[2]
    assert locations(body) == {"http://127.0.0.1:9200/"}


def test_an_ipv6_address_is_a_host(server: TestServer) -> None:
    body = request(server.app, "GET", "/wsdl", HTTP_HOST="[2001:db8::1]:9200")[2]
    assert locations(body) == {"http://[2001:db8::1]:9200/"}


def test_an_unknown_path_is_not_repeated_in_the_answer(server: TestServer) -> None:
    body = request(server.app, "GET", '/"><x>/wsdl', HTTP_HOST="ngnpro.example")[2]
    assert locations(body) == {"http://ngnpro.example/"}


def test_the_forwarded_protocol_counts_only_where_it_is_trusted(tmp_path: Path, server: TestServer) -> None:
    asked = {"HTTP_HOST": "ngnpro.example", "HTTP_X_FORWARDED_PROTO": "https"}
    assert locations(request(server.app, "GET", "/wsdl", **asked)[2]) == {"http://ngnpro.example/"}
    trusting = make_server(tmp_path, server=Server(trust_forwarded_proto=True))
    assert locations(request(trusting.app, "GET", "/wsdl", **asked)[2]) == {"https://ngnpro.example/"}


def test_other_addresses_and_methods_are_told_where_to_go(server: TestServer) -> None:
    assert request(server.app, "GET", "/")[0] == "404 Not Found"
    assert request(server.app, "GET", "/wsdlx")[0] == "404 Not Found"
    assert request(server.app, "DELETE", "/")[0] == "405 Method Not Allowed"


def test_every_path_answers_calls(server: TestServer) -> None:
    for path in ("/", "/ngnpro", "/ngnpro/voicemail"):
        status, headers, body = post(server.app, CALL, path)
        assert (status, headers["Content-Type"]) == ("500 Internal Server Error", "text/xml; charset=utf-8")
        assert headers["Content-Length"] == str(len(body))
        assert b"<errorcode" in body


def test_a_body_of_50_megabytes_is_refused_without_being_read(server: TestServer) -> None:
    stream = Endless(50 * 1024 * 1024)
    status, _, body = post(server.app, b"", stream=stream, CONTENT_LENGTH=str(stream.left))
    assert status.startswith("500")
    assert b">9008<" in body
    assert (stream.left, stream.largest_read) == (0, 64 * 1024)


def test_a_body_without_a_length_is_read_to_its_end_and_no_further_than_the_limit(server: TestServer) -> None:
    chunked: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert b">9008<" in post(server.app, b"", stream=Endless(2 * 1024 * 1024), **chunked)[2]
    assert b">9000<" in post(server.app, b"", stream=io.BytesIO(CALL), **chunked)[2]
    endless = Endless(1024 * 1024 * 1024)
    assert b">9008<" in post(server.app, b"", stream=endless, **chunked)[2]
    assert endless.left >= 900 * 1024 * 1024


def test_a_malformed_content_length_means_no_body(server: TestServer) -> None:
    assert b">9000<" in post(server.app, CALL, CONTENT_LENGTH="-5")[2]


def test_the_limit_is_the_configurations(tmp_path: Path) -> None:
    server = make_server(tmp_path, server=Server(max_request=2000))
    assert b">9000<" in post(server.app, b"x" * 2000)[2]
    assert re.search(rb"at most 2000 bytes", post(server.app, b"x" * 2001)[2])
