"""Deletes calls, traces and changes of balances that are older than ``[retention]`` allows, after archiving them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from ngnpro_server.config import Retention
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.retention import BALANCES, CALLS, TRACES, Growing, delete_rows, oldest_rows
from ngnpro_wire.archives import append_to_archive

_log = logging.getLogger("ngnpro.watch")


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Deletes what is too old; ``proxy`` is the engine of the SIP proxy's database."""

    retention: Retention
    engine: Engine
    proxy: Engine

    def sweep(self, now: datetime) -> None:
        """Delete the rows that are too old from every table; traces are not archived.

        Raises ``OSError`` if the archive cannot be written; the rows are then still stored.
        """
        archive, days = self.retention.archive, self.retention
        for engine, tables, kept, folder in (
            (self.proxy, CALLS, days.calls, archive),
            (self.proxy, TRACES, days.traces, ""),
            (self.engine, BALANCES, days.balances, archive),
        ):
            for growing in tables if kept else ():
                self._sweep_table(engine, growing, now, timedelta(days=kept), folder)

    def _sweep_table(self, engine: Engine, growing: Growing, now: datetime, kept: timedelta, folder: str) -> None:
        total = 0
        while deleted := _sweep_batch(engine, growing, now, now - kept, folder):
            total += deleted
        if total:
            _log.info("%s rows of %s were older than %s days and were deleted.", total, growing.table.name, kept.days)


def _sweep_batch(engine: Engine, growing: Growing, now: datetime, before: datetime, folder: str) -> int:
    """Archive and delete a batch in a transaction of its own, so that other writers wait for a moment only."""
    with transaction(engine, write=True) as connection:
        rows = oldest_rows(connection, growing, before)
        if rows and folder:
            lines = (json.dumps(dict(row), default=str) for row in rows)
            append_to_archive(Path(folder), growing.table.name, now, lines)
        if rows:
            delete_rows(connection, growing, rows)
    return len(rows)
