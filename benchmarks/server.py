"""`make bench-server`: the cost of calls to the NGNPro server on SQLite and PostgreSQL, with several platform sizes.

`seed` creates each platform in a temporary folder; the calls are answered by the real server with one worker process.
``python -m benchmarks.server 1000 100000`` measures only these sizes.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.inside import Parts, Server
from benchmarks.machine import machine, processor_seconds
from benchmarks.workload import Work, everything, range_of_numbers
from ngnpro_server.config import Database
from ngnpro_server.store.engine import open_engine
from ngnpro_wire.codec import WireFault, encode_request
from ngnpro_wire.schema import load_schema
from tests.support.database_servers import database_server
from tests.support.real_server import ADMINISTRATOR, RealServer, real_server

SIZES = (1_000, 100_000, 1_000_000)
CONNECTIONS = 4
HEADERS = {"Content-Type": "text/xml"}
TITLES = ("call", "accounts", "calls/s", "p50 ms", "p99 ms", "CPU ms", "XML read", "SQL", "XML write")


class Cost(NamedTuple):
    """One row: calls per second over several connections; milliseconds per call over one connection; CPU per call."""

    per_second: float
    middle: float
    worst: float
    cpu: float
    parts: Parts


def bodies(work: Work) -> list[bytes]:
    """Return the envelopes of one run, encoded in advance."""
    schema = load_schema()
    operation = schema.operation(work.port, work.operation)
    return [encode_request(schema, operation, arguments, ADMINISTRATOR) for arguments in work.arguments()]


def ask(connection: http.client.HTTPConnection, body: bytes) -> float:
    """Send one envelope, read the answer, and return the milliseconds it took; a fault ends the benchmark."""
    begun = time.perf_counter()
    connection.request("POST", "/", body, HEADERS)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise SystemExit(f"The server refused a call of the benchmark: {content.decode()}")
    return (time.perf_counter() - begun) * 1000


def one_by_one(server: RealServer, envelopes: list[bytes]) -> tuple[list[float], float]:
    """Send envelopes over one connection; return each time, and the server's CPU time per call, in milliseconds."""
    with server.connection() as connection:
        ask(connection, envelopes[0])  # warm up
        processes = server.program.group_members()
        used = processor_seconds(processes)
        times = [ask(connection, body) for body in envelopes[1:]]
        used = processor_seconds(processes) - used
    return times, used / len(times) * 1000


def side_by_side(server: RealServer, envelopes: list[bytes]) -> float:
    """Send envelopes over several connections at the same time; return the calls answered per second."""

    def send(share: list[bytes]) -> None:
        with server.connection() as connection:
            for body in share:
                ask(connection, body)

    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(send, [envelopes[start::CONNECTIONS] for start in range(CONNECTIONS)]))
    return len(envelopes) / (time.perf_counter() - begun)


def measure(server: RealServer, inside: Server, work: Work) -> Cost:
    """Measure one row of the table."""
    times, cpu = one_by_one(server, bodies(work))
    per_second = side_by_side(server, bodies(work))
    return Cost(
        per_second,
        statistics.median(times),
        statistics.quantiles(times, n=100)[98],
        cpu,
        inside.measure(work),
    )


def make_platform(folder: Path, database: Database, size: int) -> None:
    """Create a platform of this size."""
    environment = {
        **os.environ,
        "NGNPRO_DATABASE_URL": database.url,
        "NGNPRO_DATABASE_PROXY_URL": database.proxy_url,
    }
    config = folder / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = administrators-secret\n")
    begun = time.perf_counter()
    for words in (["init-db"], ["seed", "--accounts", str(size)]):
        command = [sys.executable, "-m", "ngnpro_server", "--config", str(config), *words]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(f"{size:,} accounts were made in {time.perf_counter() - begun:.0f} s.", file=sys.stderr)


@contextlib.contextmanager
def platform(folder: Path, database: Database, size: int) -> Iterator[RealServer]:
    """Create a platform of this size and run a server on it."""
    make_platform(folder, database, size)
    with real_server(folder, database, NGNPRO_SERVER_WORKERS="1") as server:
        with contextlib.suppress(WireFault):
            server.call("Enum", "addRange", range=range_of_numbers())
        yield server


@contextlib.contextmanager
def databases(kind: str) -> Iterator[Any]:
    """Yield a function that takes a folder and a name, and returns an empty database."""
    if kind == "sqlite":
        yield lambda folder, name: Database(
            url=f"sqlite:///{folder}/{name}.sqlite3", proxy_url=f"sqlite:///{folder}/{name}-proxy.sqlite3"
        )
        return
    with database_server(kind, durable=True) as server:
        yield lambda _folder, name: Database(url=(url := server.create(name)), proxy_url=url)


def table(kind: str, sizes: list[int]) -> Iterator[tuple[str, int, Cost]]:
    """Measure every row for every size on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="ngnpro-bench-") as name, databases(kind) as empty:
        for size in sizes:
            folder = Path(name) / str(size)
            folder.mkdir()
            database = empty(folder, f"platform_{size}")
            with platform(folder, database, size) as server, Server.opened(database) as inside:
                engine = open_engine(database.url, database)
                for work in everything(engine):
                    yield work.name, size, measure(server, inside, work)
                engine.dispose()


def show(kind: str, sizes: list[int]) -> None:
    """Print the table of one kind of database, and the cost at the largest size relative to the smallest."""
    measured = list(table(kind, sizes))
    names = list(dict.fromkeys(name for name, _size, _cost in measured))
    lines = sorted(measured, key=lambda line: (names.index(line[0]), line[1]))
    print(f"\n{kind}\n\n| {' | '.join(TITLES)} |\n|{'---|' * len(TITLES)}")
    first: dict[str, Cost] = {}
    for name, size, cost in lines:
        first.setdefault(name, cost)
        figures = (f"{cost.per_second:.0f}", *(f"{figure:.2f}" for figure in (*cost[1:4], *cost.parts)))
        print(f"| {name} | {size:,} | {' | '.join(figures)} |")
    print(f"\nprocessor time at {sizes[-1]:,} accounts, as a multiple of that at {sizes[0]:,}:")
    for name, size, cost in lines:
        if size == sizes[-1]:
            print(f"  {name}: {cost.cpu / first[name].cpu:.2f}, on the clock {cost.middle / first[name].middle:.2f}")


def main(words: list[str]) -> None:
    """Measure the sizes given as arguments, or all."""
    sizes = sorted(int(word) for word in words) or list(SIZES)
    print(machine())
    print(
        "calls/s over four connections to one worker; p50, p99 and CPU of a call over one; its parts in ms, in-process"
    )
    for kind in ("sqlite", "postgresql"):
        show(kind, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
