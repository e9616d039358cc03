"""Benchmark of adding accounts to one domain of one reseller on PostgreSQL with 1, 2, 4 and 8 clients at the same time.

It runs the real server, with as many worker processes as the machine has processors, and PostgreSQL with the
durability of production. Each row of the table has the rate in accounts per second, and its ratio to the rate of one
client in the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.server import ask
from ngnpro_server.config import Database
from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema
from tests.support.database_servers import database_server
from tests.support.real_server import ADMINISTRATOR, RealServer, real_server

CLIENTS = (1, 2, 4, 8)
ADDS = 240
DOMAIN = "bench.example"


def envelopes(clients: int) -> list[bytes]:
    """Return the encoded calls of one row of the table."""
    schema = load_schema()
    operation = schema.operation("Sip", "addAccount")
    accounts = [
        {
            "id": {"username": f"user{clients}-{number}", "domain": DOMAIN},
            "password": "a-Secret-2026",
            "groups": ["sms"],
        }
        for number in range(ADDS)
    ]
    return [encode_request(schema, operation, {"account": account}, ADMINISTRATOR) for account in accounts]


def adds_a_second(server: RealServer, clients: int) -> float:
    """Send the calls over ``clients`` connections at the same time; return the accounts added per second."""
    calls = envelopes(clients)

    def send(share: list[bytes]) -> None:
        with server.connection() as connection:
            for body in share:
                ask(connection, body)

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(send, [calls[start::clients] for start in range(clients)]))
    return len(calls) / (time.perf_counter() - begun)


def rates_of_adds() -> Iterator[tuple[int, float]]:
    """Yield the number of clients and the accounts that they add per second."""
    with (
        tempfile.TemporaryDirectory(prefix="ngnpro-bench-") as name,
        database_server("postgresql", durable=True) as one,
    ):
        url = one.create("adds")
        database = Database(url=url, proxy_url=url)
        environment = {**os.environ, "NGNPRO_DATABASE_URL": url, "NGNPRO_DATABASE_PROXY_URL": url}
        config = Path(name) / "ngnpro.ini"
        config.write_text("[administrator]\nusername = admin\npassword = administrators-secret\n")
        command = [sys.executable, "-m", "ngnpro_server", "--config", str(config), "init-db"]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        with real_server(Path(name), database, NGNPRO_SERVER_WORKERS=str(os.cpu_count() or 1)) as server:
            reseller = server.call("Customer", "addAccount", account={"username": "reseller", "password": "x"})
            server.call("Sip", "addDomain", domain={"domain": DOMAIN, "customer": reseller["id"]})
            adds_a_second(server, 3)  # warm up
            for clients in CLIENTS:
                yield clients, adds_a_second(server, clients)


def main() -> None:
    """Print the table."""
    print(f"{machine()}\n\n| clients | adds/s | of one client's |\n|---|---|---|")
    alone = 0.0
    for clients, rate in rates_of_adds():
        alone = alone or rate
        print(f"| {clients} | {rate:.0f} | {rate / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
