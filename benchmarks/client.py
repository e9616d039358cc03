"""`make bench-client`: time and CPU to fetch and read lists of accounts, by our client and by others.

All clients call the same small HTTP server, which runs in a separate process and sends prepared answers, so only the
client is measured. The result is the best of several runs, on one thread.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import requests
import zeep
from lxml import etree

from benchmarks.machine import machine
from ngnpro_wire.codec import encode_reply
from ngnpro_wire.schema import ENCODING_XSD_PATH, NAMESPACE, WSDL_PATH, load_schema
from portal.ngnpro import Engine, Ngnpro, Query, Range

SIZES = (10, 100, 1000)
RUNS = 15
RAW = "bytes + lxml parse"
PHP = Path(__file__).with_name("client.php")


class Cost(NamedTuple):
    """The cost of one fetch in milliseconds: wall-clock time and CPU time."""

    clock: float
    cpu: float


def account(number: int) -> dict[str, Any]:
    """Return a realistic account, about 3 kB on the wire."""
    return {
        "id": {"username": f"user{number}", "domain": "example.com"},
        "firstName": "Zoë",
        "lastName": f"Müller-{number}",
        "password": "",
        "timezone": "Europe/Amsterdam",
        "email": f"user{number}@example.com",
        "owner": 17,
        "rpid": f"3120{number:07}",
        "groups": ["free-pstn", "anonymous", "missed-calls", "voicemail", "vip"],
        "prepaid": 0,
        "quota": 50,
        "acl": [],
        "properties": [{"name": f"property-{index}", "value": f"value {index}"} for index in range(10)],
        "callLimit": 2,
        "timeout": 35,
        "quickdialPrefix": "",
        "region": "",
        "ha1": "0123456789abcdef" * 2,
        "ha1b": "fedcba9876543210" * 2,
        "customer": 17,
        "reseller": 3,
        "createDate": "2026-01-01 00:00:00",
        "changeDate": "2026-01-01 00:00:00",
    }


def answers() -> dict[int, bytes]:
    """Return the encoded answer for each size."""
    schema = load_schema()
    operation = schema.operation("Sip", "getAccounts")
    lists = {size: [account(number) for number in range(size)] for size in SIZES}
    return {size: encode_reply(schema, operation, {"total": size, "accounts": rows}) for size, rows in lists.items()}


def serve(port: int, prepared: dict[int, bytes]) -> None:
    """Answer every call with the prepared answer of the size in its range."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found = re.search(rb"<count[^>]*>(\d+)<", body)
            answer = prepared[int(found[1])] if found else b""
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(answer)}\r\n\r\n"
            self.wfile.write(head.encode() + answer)

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def log_message(self, *_message: object) -> None:
            """Log nothing, because the time of logging would be measured too."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def measure(ways: dict[str, Callable[[int], object]], size: int) -> dict[str, Cost]:
    """Return the lowest cost of several runs of each client, after one to warm up.

    The clients run in turn, so that disturbances affect all of them.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for run in range(RUNS + 1):
        for name, fetch in ways.items():
            clock, cpu = time.perf_counter(), time.process_time()
            fetch(size)
            if run:
                costs[name].append(Cost((time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000))
    return {
        name: Cost(min(cost.clock for cost in runs), min(cost.cpu for cost in runs)) for name, runs in costs.items()
    }


def raw(url: str) -> Callable[[int], object]:
    """Return a function that only fetches the bytes and parses them with lxml."""
    session = requests.Session()
    return lambda size: etree.fromstring(session.post(url, data=f"<count>{size}</count>".encode()).content)


def ours(url: str) -> Callable[[int], object]:
    """Return a function that fetches records with our typed client."""
    sip = Ngnpro(Engine(url=url)).sip
    return lambda size: sip.get_accounts(Query(range=Range(0, size)))


def ours_plain(url: str) -> Callable[[int], object]:
    """Return a function that fetches plain data with our client, as ``Proxy`` does."""
    client = Ngnpro(Engine(url=url))
    return lambda size: client.call("Sip", "getAccounts", query=Query(range=Range(0, size)))


class Offline(zeep.Transport):
    """A zeep transport that reads the WSDL and the encoding schema from files."""

    def load(self, url: str) -> bytes:
        return (ENCODING_XSD_PATH if "soap/encoding" in url else WSDL_PATH).read_bytes()


def plain_zeep(url: str) -> Callable[[int], object]:
    """Return a function that fetches with zeep alone."""
    service = zeep.Client(str(WSDL_PATH), transport=Offline()).create_service(f"{{{NAMESPACE}}}SipBinding", url)
    return lambda size: service.getAccounts(query={"range": {"start": 0, "count": size}})


def php(url: str) -> dict[int, Cost]:
    """Return the costs of PHP's SOAP extension, which a PHP process measures; empty if PHP is not installed."""
    program = shutil.which("php")
    if program is None:
        return {}
    command = [program, str(PHP), url, str(WSDL_PATH), str(RUNS), *map(str, SIZES)]
    measured = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {int(size): Cost(*cost) for size, cost in measured.items()}


def main() -> None:
    """Measure every client and print the table."""
    prepared = answers()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = multiprocessing.Process(target=serve, args=(port, prepared), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{port}/"
    wait_for(port)
    ways = {
        RAW: raw(url),
        "ours, records": ours(url),
        "ours, plain data": ours_plain(url),
        f"plain zeep {zeep.__version__}": plain_zeep(url),
    }
    by_size = {size: measure(ways, size) for size in SIZES}
    for size, cost in php(url).items():
        by_size[size]["PHP ext-soap"] = cost
    server.terminate()
    show(by_size, prepared)


def wait_for(port: int) -> None:
    """Wait until the server listens."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


def show(by_size: dict[int, dict[str, Cost]], prepared: dict[int, bytes]) -> None:
    """Print the table; each cell has the ratio of its CPU time to that of lxml alone."""
    print(machine())
    print(f"Best of {RUNS}: ms on the clock / ms of the processor (times the processor time of {RAW})\n")
    print(f"{'':22}" + "".join(f"{f'{size} accounts, {len(prepared[size]) // 1000} kB':>28}" for size in SIZES))
    for name in by_size[SIZES[0]]:
        cells = []
        for costs in by_size.values():
            cost = costs[name]
            cells.append(f"{cost.clock:.1f} / {cost.cpu:.1f} ({cost.cpu / costs[RAW].cpu:.1f})")
        print(f"{name:22}" + "".join(f"{cell:>28}" for cell in cells))


if __name__ == "__main__":
    main()
