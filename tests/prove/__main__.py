"""`make prove SECONDS=1800`: the run, and the figures of what was lost, doubled, or contradicts the platform."""

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
from typing import Any

import sqlalchemy

from benchmarks.machine import machine
from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.database_servers import database_server
from tests.support.mail_server import MailServer, mail_server
from tests.support.processes import first_password, wait_until

from .clients import Write, Writer
from .house import ProvingHouse

DOORS = ("page", "page", "page", "api", "api", "api", "soap", "soap")
DOUBTFUL = ("uncertain", "broken off")
# Compares every doubtful entry with the platform now; the worker does so with those older than five minutes.
RECONCILE = """
from portal.journal.models import JournalEntry
from portal.journal.labels import DOUBTFUL
from portal.journal.reconciling import reconcile_entry
for entry in JournalEntry.objects.filter(result__in=DOUBTFUL, checked_at=None).select_related("author").order_by("pk"):
    reconcile_entry(entry)
"""


def main(seconds: float, seed: int) -> int:
    """Run for some seconds, print the figures, and return 1 if one of them is not 0."""
    folder = Path(tempfile.mkdtemp(prefix="prove-"))
    print(f"{machine()}; folder {folder}; seed {seed}", flush=True)
    with ExitStack() as stack:
        database = stack.enter_context(database_server("postgresql", durable=True))
        redis, mails = stack.enter_context(RedisServer(folder)), stack.enter_context(mail_server())
        for name in ("portal", "platform"):
            database.create(name)
        house = ProvingHouse(folder, database, redis, mails)
        stack.callback(house.end)
        writes, figures = _write_and_disturb(house, seconds, seed)
        found = _found_at_the_end(house, mails, writes)
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


def _found_at_the_end(house: ProvingHouse, mails: MailServer, writes: list[Write]) -> dict[str, list[str]]:
    """Wait until all work is done, and return the names of what is wrong, by kind."""
    house.restart_ended()
    engine = sqlalchemy.create_engine(house.database.url("portal"))
    house.manage("shell", "--no-imports", "-c", RECONCILE)
    wait_for_mails(engine)
    entries = _rows(engine, "SELECT kind, key, title, result, changes::text FROM journal_journalentry")
    platform = sqlalchemy.create_engine(house.database.url("platform"))
    there = Counter(f"carrier {name}" for (name,) in _rows(platform, "SELECT name FROM carriers"))
    there.update(f"account {name}" for (name,) in _rows(platform, "SELECT username FROM sip_accounts"))
    told = Counter(str(mail["To"]).partition("@")[0].rpartition("<")[2] for mail in mails.mails)
    engine.dispose()
    platform.dispose()
    named = {f"{write.kind} {write.name}": write for write in writes}
    by_portal = {name: write for name, write in named.items() if write.door != "soap"}
    results = {name: _results(entries, write) for name, write in by_portal.items()}
    return {
        "acknowledged writes lost": [n for n, write in named.items() if write.answer == "done" and not there[n]],
        "writes doubled": [name for name, count in there.items() if count > 1],
        "entries of the journal that contradict the platform": [
            f"{name}: {said}, {there[name]} there"
            for name, said in results.items()
            if ("done" in said) != bool(there[name]) and not set(said) & set(DOUBTFUL)
        ],
        "writes in doubt that no entry names": [n for n, said in results.items() if there[n] and not said],
        "mails lost": [n for n, write in by_portal.items() if write.mailed and there[n] and not told[write.name]],
        "mails doubled without saying so": _doubled(mails),
    }


def _results(entries: list[Any], write: Write) -> list[str]:
    """Return how the entries about a write ended."""
    place = f"{write.name}@example.com"
    return [
        result
        for kind, key, title, result, changes in entries
        if kind == write.kind and (key == place or title == write.name or f'"{write.name}"' in changes)
    ]


def _doubled(mails: MailServer) -> list[str]:
    seen: set[str] = set()
    found = []
    for mail in mails.mails:
        if mail["To"] in seen and not mail["X-Sent-Again"]:
            found.append(str(mail["To"]))
        seen.add(mail["To"])
    return found


def wait_for_mails(engine: sqlalchemy.Engine) -> None:
    """Wait until no mail is queued; those that were put off are due at once."""
    due = "UPDATE mail_outboxmessage SET due_at = now() WHERE state = 'queued'"
    with engine.begin() as connection:
        connection.exec_driver_sql(due)
    open_mails = "SELECT count(*) FROM mail_outboxmessage WHERE state IN ('queued', 'sending')"
    wait_until(lambda: _rows(engine, open_mails) == [(0,)], "all mails are sent")


def _rows(engine: sqlalchemy.Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def _print(house: ProvingHouse, writes: list[Write], figures: str, found: dict[str, list[str]]) -> None:
    counts = Counter((write.door, write.answer) for write in writes)
    said = ", ".join(f"{door} {answer} {count}" for (door, answer), count in sorted(counts.items()))
    print(f"{len(writes):,} writes in {figures}: {said}")
    print(", ".join(f"{what} {count}" for what, count in sorted(house.events.items())))
    for what, names in found.items():
        print(f"{what}: {len(names)}{' ' + '; '.join(names[:10]) if names else ''}")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())))
