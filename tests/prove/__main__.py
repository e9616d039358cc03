"""`make prove MINUTES=30`: the run, and the figures of what was lost, doubled, or contradicts the platform."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.machine import machine
from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.database_servers import database_server
from tests.support.mail_server import mail_server
from tests.support.processes import first_password

from .clients import Write, Writer
from .counting import found_at_the_end
from .house import ProvingHouse
from .troubles import small_disk

DOORS = ("page", "page", "page", "api", "api", "api", "soap", "soap")


def main(seconds: float, seed: int) -> int:
    """Run for some seconds, print the figures, and return 1 if one of them is not 0."""
    folder = Path(tempfile.mkdtemp(prefix="prove-"))
    print(f"{machine()}; folder {folder}; seed {seed}", flush=True)
    with ExitStack() as stack:
        has_disk = stack.enter_context(small_disk(folder))
        database = stack.enter_context(database_server("postgresql", durable=True, within=folder if has_disk else None))
        redis, mails = stack.enter_context(RedisServer(folder)), stack.enter_context(mail_server())
        for name in ("portal", "platform"):
            database.create(name)
        house = ProvingHouse(folder, database, redis, mails, folder if has_disk else None)
        print(f"also tried: {', '.join(house.troubles)}", flush=True)
        stack.callback(house.end)
        writes, figures = _write_and_disturb(house, seconds, seed)
        house.restart_ended()
        found = found_at_the_end(house, mails, writes)
    bad = {name: rows for name, rows in found.items() if rows}
    _print(house, writes, figures, found)
    if not bad:
        shutil.rmtree(folder)
    return 1 if bad else 0


def _write_and_disturb(house: ProvingHouse, seconds: float, seed: int) -> tuple[list[Write], str]:
    house.var.mkdir(parents=True)
    server = house.own_server
    server.finish_preparing(server.begin_preparing())
    password = first_password(house.manage("prepare"))
    for part in ("server", "portal", "worker"):
        house.start(part)
    with AnotherClient(house.server_url, house.config) as client:
        client.call("addDomain", domain={"domain": "example.com"})
    writers = [Writer(house, door, number, password) for number, door in enumerate(DOORS)]
    for writer in writers:
        writer.enter()
    begun = time.monotonic()
    for writer in writers:
        writer.start()
    trouble = threading.Thread(target=house.cause_trouble, args=(seconds, random.Random(seed)))
    trouble.start()
    trouble.join()
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join()
    failures = [f"writer {one.number} ({one.door}) ended early: {one.failure}" for one in writers if one.failure]
    took = f"{time.monotonic() - begun:.0f} s"
    return [write for writer in writers for write in writer.writes], "; ".join([took, *failures])


def _print(house: ProvingHouse, writes: list[Write], figures: str, found: dict[str, list[str]]) -> None:
    counts = Counter((write.door, write.answer) for write in writes)
    said = ", ".join(f"{door} {answer} {count}" for (door, answer), count in sorted(counts.items()))
    print(f"{len(writes):,} writes in {figures}: {said}")
    print(", ".join(f"{what} {count}" for what, count in sorted(house.events.items())))
    for what, names in found.items():
        print(f"{what}: {len(names)}{' ' + '; '.join(names[:10]) if names else ''}")


if __name__ == "__main__":
    sys.exit(main(60 * float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())))
