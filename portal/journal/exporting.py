"""CSV export of the journal: one row for each entry, streamed, so that memory use does not grow with its length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portal.core.customer_names import CustomerNames
from portal.core.viewer import Viewer

from .selection import Entries
from .showing import ShownEntry

CHUNK = 500


def export_header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("Number"),
        _("Time (UTC)"),
        _("Role"),
        _("Who"),
        _("Login"),
        _("Address"),
        _("Port"),
        _("Operation"),
        _("Kind"),
        _("Record"),
        _("Name"),
        _("What changed"),
        _("Result"),
        _("Code"),
        _("Undoes"),
    ]


def export_rows(entries: Entries, viewer: Viewer, names: CustomerNames) -> Iterator[list[Any]]:
    """Yield the cells of each entry, newest first."""
    for entry in entries.order_by("-number").iterator(chunk_size=CHUNK):
        shown = ShownEntry(entry, viewer, names)
        yield [
            entry.pk,
            entry.at.strftime("%Y-%m-%d %H:%M:%S"),
            entry.author.role,
            shown.who,
            shown.login,
            shown.source,
            entry.port,
            entry.operation,
            shown.kind,
            entry.key,
            entry.title,
            "; ".join(f"{line.label}: {line.before} → {line.after}" for line in shown.lines),
            entry.result,
            "" if entry.code is None else entry.code,
            entry.undoes_id or "",
        ]
