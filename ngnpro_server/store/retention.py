"""Deletes rows of tables that only grow, oldest first, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Table, delete, select

from .schema import balance_history
from .schema.proxy import acc, calls, missed_calls, sip_trace

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Growing:
    """A table that only grows: the column with the time of its rows, and one with an index in the same order."""

    table: Table
    time: Column[Any]
    order: Column[Any]


CALLS = tuple(
    Growing(table, time, time)
    for table, time in (
        (calls, calls.c.start_time),
        (acc, acc.c.time),
        (missed_calls, missed_calls.c.time),
    )
)
TRACES = (Growing(sip_trace, sip_trace.c.time_stamp, sip_trace.c.time_stamp),)
BALANCES = (Growing(balance_history, balance_history.c.date, balance_history.c.id),)


def oldest_rows(connection: Connection, growing: Growing, before: datetime) -> Sequence[RowMapping]:
    """Return the oldest rows of before a time, ``AT_A_TIME`` at most; the cost does not depend on the table's size."""
    query = select(growing.table).order_by(growing.order, growing.table.c.id).limit(AT_A_TIME)
    rows = connection.execute(query).mappings().all()
    return list(takewhile(lambda row: row[growing.time.name] < before, rows))


def delete_rows(connection: Connection, growing: Growing, rows: Sequence[RowMapping]) -> None:
    """Delete rows by their ids."""
    connection.execute(delete(growing.table).where(growing.table.c.id.in_([row["id"] for row in rows])))
