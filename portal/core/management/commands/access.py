"""`manage.py access`: print who may open which page, as the table of docs/reference/access.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from portal.core.rooms import Page, WriteMode, pages
from portal.core.viewer import Role

ROLES = (Role.NOBODY, Role.OPERATOR, Role.RESELLER, Role.CUSTOMER, Role.SUBSCRIBER)
CHANGES = {WriteMode.NEVER: "", WriteMode.ALWAYS: "yes", WriteMode.BY_POST: "when sent"}


class Command(BaseCommand):
    help = "Print who may open which page, what it asks of NGNPro and whether it changes something."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(table()))


def table() -> Iterator[str]:
    """Yield the lines of a document with a table: a row for every page, sorted by URL name."""
    yield from (
        "# Who may open which page",
        "",
        "Printed by `manage.py access`, from the declarations of the rooms.",
        "",
    )
    yield f"| page | {' | '.join(ROLES)} | changes | NGNPro operation | only for |"
    yield "|" + "---|" * (len(ROLES) + 4)
    for name, page in sorted(pages().items()):
        yield f"| {name} | {' | '.join(_cells(page))} |"


def _cells(page: Page) -> list[str]:
    roles = ["yes" if role in page.roles else "–" for role in ROLES]
    return [*roles, CHANGES[page.writes] or "–", page.asks or "–", page.needs.value if page.needs else "–"]
