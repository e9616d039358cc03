"""Adds a second of accounts in one domain on PostgreSQL, by 1, 2, 4 and 8 clients: what they cost one another.

The server is the real one, with as many worker processes as the machine has processors, and PostgreSQL is as safe
against power cuts as in real life. Each line of the table says the rate, and its multiple of one client's in the same
run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
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
    """Write the calls of one line of the table."""
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
    """Send the calls over so many connections at once."""
    calls = envelopes(clients)

    def send(share: list[bytes]) -> None:
        with server.connection() as connection:
            for body in share:
                ask(connection, body)

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(send, [calls[start::clients] for start in range(clients)]))
    return len(calls) / (time.perf_counter() - begun)


def main() -> None:
    """Print the table."""
    print(f"{machine()}\n\n| clients | adds/s | of one client's |\n|---|---|---|")
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
            server.call("Sip", "addDomain", domain={"domain": DOMAIN})
            adds_a_second(server, 3)  # opens what is opened once
            alone = 0.0
            for clients in CLIENTS:
                rate = adds_a_second(server, clients)
                alone = alone or rate
                print(f"| {clients} | {rate:.0f} | {rate / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
