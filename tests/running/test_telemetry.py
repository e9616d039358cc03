"""OpenTelemetry: a page, its NGNPro calls and the server's part in them are one trace, sent to a collector."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ngnpro_wire.spans import describe_span, headers_of_span, span
from portal.running.commands import HOST
from tests.support.processes import House, wait_until


@dataclass(frozen=True, slots=True)
class Received:
    """A span that arrived, the service that sent it, and its attributes."""

    service: str
    span: Span
    attributes: dict[str, Any]


@dataclass(slots=True)
class Collector:
    """A collector of OpenTelemetry: it stores the spans that it receives."""

    address: str
    spans: list[Received] = field(default_factory=list)

    def receive(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(one.value.string_value for one in resource.resource.attributes if one.key == "service.name")
            for scope in resource.scope_spans:
                for one in scope.spans:
                    values = {each.key: each.value.string_value or each.value.int_value for each in one.attributes}
                    self.spans.append(Received(service, one, values))

    def named(self, name: str) -> Any:
        return next((one for one in self.spans if one.span.name == name), None)

    def children_of(self, parent: Received) -> list[Received]:
        return [one for one in self.spans if one.span.parent_span_id == parent.span.span_id]


@contextmanager
def collector() -> Iterator[Collector]:
    found: Collector

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server calls
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.receive(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    found = Collector(f"http://{HOST}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.real
def test_a_page_its_calls_and_the_work_of_the_server_are_one_trace(tmp_path: Path) -> None:
    with collector() as receiver:
        telemetry = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        house = House(tmp_path, settings=telemetry)
        password = house.prepare()
        with house.server(), house.portal():
            open_domains(house.portal_url, password)
            wait_until(lambda: receiver.named("GET domains:list"), "the span of the page arrives")
            page = receiver.named("GET domains:list")
            wait_until(lambda: receiver.children_of(page), "the span of a call arrives")
            call = receiver.children_of(page)[0]
            wait_until(lambda: receiver.children_of(call), "the span of its answer arrives")
    [answer] = receiver.children_of(call)
    assert (page.service, call.service, answer.service) == ("portal", "portal", "ngnpro")
    assert page.span.trace_id == call.span.trace_id == answer.span.trace_id
    assert call.span.name == answer.span.name
    assert call.span.name.startswith(("Sip.", "Batch."))
    assert len({one.attributes["ngnpro.request_id"] for one in (page, call, answer)}) == 1
    assert page.attributes["http.response.status_code"] == 200
    known = {"ngnpro.request_id", "ngnpro.fault", "http.route", "http.request.method", "http.response.status_code"}
    assert {name for one in receiver.spans for name in one.attributes} <= known


def open_domains(portal: str, password: str) -> None:
    """Sign in as the operator and open the list of domains."""
    with requests.Session() as browser:
        address = f"{portal}session/sign-in/"
        browser.get(address, timeout=60)
        login = {"username": "operator", "password": password, "csrfmiddlewaretoken": browser.cookies["portal-csrf"]}
        browser.post(address, login, timeout=60).raise_for_status()
        assert browser.get(f"{portal}domains/", timeout=60).status_code == 200


def test_nothing_is_recorded_without_the_setting() -> None:
    with span("a", "server"):
        describe_span("b", failed=True)
        assert headers_of_span() == {}


@pytest.mark.real
def test_a_program_that_lacks_the_packages_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        "from ngnpro_wire.spans import TelemetryMissing, start_tracing\n"
        "try: start_tracing('portal')\n"
        "except TelemetryMissing as error: print(error)"
    )
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "pip install 'ngnpro-portal[telemetry]'" in done.stdout
