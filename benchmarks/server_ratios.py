"""The NGNPro server's part of `make bench`: CPU per call as a multiple of the floor, and of a read."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.adds import rates_of_adds
from benchmarks.floor import Floor
from benchmarks.growth import growth
from benchmarks.ratios import Ratio
from benchmarks.server import bodies, databases, make_platform, one_by_one, platform
from benchmarks.workload import Work, everything
from ngnpro_server.store.engine import open_engine
from tests.support.real_server import RealServer

KINDS = ("sqlite", "postgresql")
SMALL = 1_000
LARGE = int(os.environ.get("ACCOUNTS", 1_000_000))
_ROUNDS = 3
_CALLS = 120
_GOALS = {"getAccount": 4.0, "getAccounts, first 20": 3.0, "getAccounts, first 100": 2.0}


def ratios() -> Iterator[Ratio]:
    """Measure a small platform on each kind of database, a large one on SQLite, and additions by several clients."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="ngnpro-bench-") as name, databases(kind) as empty:
            folder = Path(name)
            database = empty(folder, f"platform_{SMALL}")
            with platform(folder, database, SMALL) as server:
                engine = open_engine(database.url, database)
                works = {work.name: work for work in everything(engine)}
                engine.dispose()
                yield from _against_the_floor(kind, server, works, database.url)
            if kind == "sqlite":
                (folder / "large").mkdir()
                large = empty(folder / "large", f"platform_{LARGE}")
                make_platform(folder / "large", large, LARGE)
                yield from growth(database, large, LARGE)
    rates = dict(rates_of_adds())
    for clients in list(rates)[1:]:
        measure = f"{clients} clients adding accounts to one reseller, PostgreSQL: rate against one client"
        yield Ratio(measure, rates[clients] / rates[1], at_least=1.3)


def _against_the_floor(kind: str, server: RealServer, works: dict[str, Work], url: str) -> Iterator[Ratio]:
    floor = Floor(url)
    chosen = [one["sipId"] for one in works["getAccount"].arguments()]
    plain: dict[str, Callable[[], Any]] = {
        "getAccount": lambda: [floor.one(one["username"], one["domain"]) for one in chosen],
        "getAccounts, first 20": floor.first(20),
        "getAccounts, first 100": floor.first(100),
    }
    read = 0.0
    for name, least in plain.items():
        calls = len(chosen) if name == "getAccount" else 1
        # alternating, so that other work of the machine slows down both
        found = [(_cpu(server, works[name]), _seconds(least, calls)) for _round in range(_ROUNDS)]
        cost = statistics.median(cpu for cpu, _least in found)
        read = read or cost
        yield Ratio(f"{name}: CPU of the server against the floor, {kind}", _quotient(found), _GOALS[name])
    floor.close()
    added = statistics.median(_cpu(server, works["addAccount"]) for _round in range(_ROUNDS))
    yield Ratio(f"addAccount: CPU of the server against getAccount, {kind}", added / read, 2.0)


def _quotient(found: list[tuple[float, float]]) -> float:
    return statistics.median(cpu / least for cpu, least in found)


def _cpu(server: RealServer, work: Work) -> float:
    """Return the CPU time of a call in milliseconds, user and system time of the server."""
    return one_by_one(server, bodies(work)[:_CALLS])[1]


def _seconds(least: Callable[[], Any], calls: int) -> float:
    """Return the CPU time of a call of the floor in milliseconds."""
    least()
    begun, done = time.process_time(), 0
    while time.process_time() - begun < 0.3:
        least()
        done += calls
    return (time.process_time() - begun) / done * 1000
