"""What the SIP proxies have loaded: how often the tables of each topic changed, and which change was loaded last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from .engine import upsert
from .schema import proxy_loads

_L = proxy_loads.c


def record_change(connection: Connection, topic: str, now: datetime) -> None:
    """Count a change of the tables of a topic."""
    first = {"topic": topic, "changes": 1, "changed": now, "loaded": 0, "error": ""}
    upsert(connection, proxy_loads, first, {"changes": _L.changes + 1, "changed": now})


def count_of_changes(connection: Connection, topic: str) -> int:
    """Return how often the tables of a topic changed."""
    return connection.execute(select(_L.changes).where(_L.topic == topic)).scalar() or 0


def record_load(connection: Connection, topic: str, changes: int, now: datetime) -> None:
    """Record that all proxies have the first ``changes`` changes of a topic."""
    found = {"loaded": changes, "loaded_at": now, "error": ""}
    first = {"topic": topic, "changes": changes, "changed": now} | found
    upsert(connection, proxy_loads, first, found)


def record_failure(connection: Connection, topic: str, why: str) -> None:
    """Record why the tables of a topic could not be loaded."""
    connection.execute(update(proxy_loads).where(_L.topic == topic).values(error=why[:255]))


def list_loads(connection: Connection) -> Sequence[RowMapping]:
    """Return all topics; a topic is in force, since ``loaded_at``, if ``loaded`` equals ``changes``."""
    return connection.execute(select(proxy_loads).order_by(_L.topic)).mappings().all()
