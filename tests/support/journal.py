"""Functions that read the journal for tests: the latest entry, its fields before and after, and all stored data."""

from __future__ import annotations

from typing import Any

from django.core import serializers

from portal.core import servers
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.journal.models import EntryReader, JournalAuthor, JournalEntry
from portal.ngnpro import Ngnpro


def latest() -> JournalEntry:
    return JournalEntry.objects.select_related("author").order_by("-pk")[0]


def changes(entry: JournalEntry) -> dict[str, tuple[Any, Any]]:
    """Return the changed fields by wire name, with their values before and after."""
    return {item["field"]: (item["before"], item["after"]) for item in entry.changes}


def secrets(entry: JournalEntry) -> set[str]:
    return {item["field"] for item in entry.changes if item.get("secret")}


def everything() -> str:
    """Return all data in the journal's tables, as text."""
    tables = (JournalAuthor, JournalEntry, EntryReader)
    return "".join(serializers.serialize("json", table.objects.all()) for table in tables)


def fill(number: int, **values: Any) -> list[JournalEntry]:
    """Create entries without NGNPro, as if accounts had been changed."""
    values.setdefault("engine", "ngnpro")
    author = JournalAuthor.objects.get_or_create(role="operator", login="ines", name="Ines Okafor")[0]
    given = {"operation": "updateAccount", "action": "edit", "kind": "account", "result": "done", **values}
    return [
        JournalEntry.objects.create(**{"author": author, "key": f"user{row:03}@example.com", **given})
        for row in range(number)
    ]


def writes(source: str = "192.0.2.7") -> Writes:
    """Return writes in an operator's name that no page started."""
    return Writes(Author(Viewer(Role.OPERATOR, "Ines Okafor", "ines"), source))


def ngnpro_of(made: Writes) -> Ngnpro:
    """Open NGNPro so that these writes are notified of its calls."""
    return Ngnpro(servers.engine(), on_call=made.note, before_call=made.expect)
