"""Counts at the end of a run what was lost, doubled, or contradicts the platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

import sqlalchemy

from tests.support.mail_server import MailServer
from tests.support.processes import wait_until

from .clients import Write

DOUBTFUL = ("uncertain", "broken off")
# Compares every doubtful entry with the platform now; the worker does so with those older than five minutes.
RECONCILE = """
from portal.journal.models import JournalEntry
from portal.journal.labels import DOUBTFUL
from portal.journal.reconciling import reconcile_entry
for entry in JournalEntry.objects.filter(result__in=DOUBTFUL, checked_at=None).select_related("author").order_by("pk"):
    reconcile_entry(entry)
"""


class Counted(Protocol):
    """A house whose parts run, with the two databases ``portal`` and ``platform``."""

    def manage(self, *words: str) -> str:
        """Run a management command of the portal."""

    def database_url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of the databases."""


def found_at_the_end(house: Counted, mails: MailServer, writes: Iterable[Write]) -> dict[str, list[str]]:
    """Wait until all work is done, and return the names of what is wrong, by kind."""
    engine = sqlalchemy.create_engine(house.database_url("portal"))
    house.manage("shell", "--no-imports", "-c", RECONCILE)
    wait_for_mails(engine)
    entries = _rows(engine, "SELECT kind, key, title, result, changes::text FROM journal_journalentry")
    platform = sqlalchemy.create_engine(house.database_url("platform"))
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
