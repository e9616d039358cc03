"""`manage.py rooms`: print the rooms and their records, as docs/reference/rooms.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.core.rooms import Room, rooms


class Command(BaseCommand):
    help = "Print every room with its pages, menu lines, records and parts of records, as they are declared."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(table()))


def table() -> Iterator[str]:
    """Yield the lines of a document with a table: a row for every room, in the order of the menu."""
    yield from ("# The rooms", "", "Printed by `manage.py rooms`, from the declarations of the rooms.", "")
    yield "| room | folder | pages | menu | records | in the file of a domain |"
    yield "|---|---|---|---|---|---|"
    for module, room in zip(settings.ROOMS, rooms().values(), strict=True):
        yield f"| {' | '.join(cell or '–' for cell in _cells(module, room))} |"


def _cells(module: str, room: Room) -> list[str]:
    records = [f"{one.name} ({one.part})" if one.part else one.name for one in room.resources]
    in_file = [one.part or one.name for one in room.resources if one.in_file is not None]
    return [
        room.name,
        f"`{module.replace('.', '/')}/`",
        ", ".join(page.name for page in room.pages),
        ", ".join(str(line.label) for line in room.menu),
        ", ".join(records),
        ", ".join(in_file),
    ]
