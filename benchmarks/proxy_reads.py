"""`make bench-proxy`: whether provisioning writes and the SIP proxy's reads slow one another.

A writer updates accounts by SOAP, and a reader makes the queries with which Kamailio admits a call, on the same
database; both at a fixed rate that the machine takes easily, so that they wait for one another and not for a processor.
Rounds in which only one of them works alternate with rounds in which both do. The ratio is the median time of both to
that of one alone; 1 means that they do not slow one another.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from benchmarks.machine import machine
from benchmarks.server import ask
from ngnpro_server.config import Database
from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema
from tests.support.database_servers import database_server
from tests.support.real_server import ADMINISTRATOR, RealServer, real_server

ACCOUNTS, ROUNDS, SECONDS = 2000, 8, 4.0
PAUSES = {"write": 1 / 20, "read": 1 / 40}
DOMAIN = "bench.example"
QUERIES = tuple(
    text(f"SELECT {columns} FROM {view} WHERE username = :username AND domain = :domain")
    for view, columns in (("subscriber", "ha1"), ("grp", "grp"), ("usr_preferences", "attribute, value"))
)
Work = Callable[[int], object]


def add_accounts(server: RealServer) -> None:
    """Add a domain with accounts that have diversions."""
    server.call("Sip", "addDomain", domain={"domain": DOMAIN})
    for number in range(ACCOUNTS):
        sip_id = {"username": f"user{number}", "domain": DOMAIN}
        server.call("Sip", "addAccount", account={"id": sip_id, "password": "a-Secret-2026", "groups": ["free-pstn"]})


def writer(server: RealServer, stack: ExitStack) -> Work:
    """Return the function that updates the account of a number."""
    schema, connection = load_schema(), stack.enter_context(server.connection())
    operation = schema.operation("Sip", "updateAccount")

    def write(number: int) -> None:
        account = {"id": {"username": f"user{number % ACCOUNTS}", "domain": DOMAIN}, "callLimit": number % 9}
        ask(connection, encode_request(schema, operation, {"account": account}, ADMINISTRATOR))

    return write


def reader(connection: Connection) -> Work:
    """Return the function that reads what the proxy reads of the account of a number."""

    def read(number: int) -> None:
        for query in QUERIES:
            connection.execute(query, {"username": f"user{number % ACCOUNTS}", "domain": DOMAIN}).all()
        connection.commit()

    return read


def times_of(works: dict[str, Work]) -> dict[str, list[float]]:
    """Do works at their rates for a while, and return how long each took."""
    found: dict[str, list[float]] = {name: [] for name in works}
    end = time.perf_counter() + SECONDS

    def repeat(name: str) -> None:
        number = 0
        while time.perf_counter() < end:
            begun = time.perf_counter()
            works[name](number)
            found[name].append(time.perf_counter() - begun)
            number += 1
            time.sleep(max(0.0, begun + PAUSES[name] - time.perf_counter()))

    threads = [threading.Thread(target=repeat, args=(name,)) for name in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def ratios_of(works: dict[str, Work]) -> Iterator[tuple[str, float, float]]:
    """Yield each work with its median time alone, and that beside the other, in milliseconds."""
    alone: dict[str, list[float]] = {name: [] for name in works}
    together: dict[str, list[float]] = {name: [] for name in works}
    times_of(works)  # warm up
    for _ in range(ROUNDS):
        for name, work in works.items():
            alone[name] += times_of({name: work})[name]
        for name, times in times_of(works).items():
            together[name] += times
    for name in works:
        yield name, 1000 * statistics.median(alone[name]), 1000 * statistics.median(together[name])


def measure(url: str, folder: Path) -> Iterator[tuple[str, float, float]]:
    """Run a server on a new database, and measure."""
    database = Database(url=url, proxy_url=url)
    environment = {**os.environ, "NGNPRO_DATABASE_URL": url, "NGNPRO_DATABASE_PROXY_URL": url}
    config = folder / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = administrators-secret\n")
    command = [sys.executable, "-m", "ngnpro_server", "--config", str(config), "init-db"]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    engine = create_engine(url)
    with ExitStack() as stack:
        server = stack.enter_context(real_server(folder, database, NGNPRO_SERVER_WORKERS="1"))
        add_accounts(server)
        works = {"write": writer(server, stack), "read": reader(stack.enter_context(engine.connect()))}
        yield from ratios_of(works)
    engine.dispose()


def main() -> None:
    """Print the table."""
    print(f"{machine()}\n\n| database | work | alone, ms | beside the other, ms | ratio |\n|---|---|---:|---:|---:|")
    with (
        tempfile.TemporaryDirectory(prefix="ngnpro-bench-") as name,
        database_server("postgresql", durable=True) as one,
    ):
        for kind in ("sqlite", "postgresql"):
            folder = Path(name) / kind
            folder.mkdir()
            url = f"sqlite:///{folder / 'ngnpro.sqlite3'}" if kind == "sqlite" else one.create("reads")
            for work, alone, beside in measure(url, folder):
                print(f"| {kind} | {work} | {alone:.1f} | {beside:.1f} | {beside / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
