"""What the SIP proxies have loaded: how often the tables of each topic changed, and which change each proxy has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from .engine import upsert
from .schema import proxy_loads, proxy_nodes

_L, _N = proxy_loads.c, proxy_nodes.c


def record_change(connection: Connection, topic: str, now: datetime) -> None:
    """Count a change of the tables of a topic."""
    upsert(
        connection,
        proxy_loads,
        {"topic": topic, "changes": 1, "changed": now},
        {"changes": _L.changes + 1, "changed": now},
    )


def count_of_changes(connection: Connection, topic: str) -> int:
    """Return how often the tables of a topic changed."""
    return connection.execute(select(_L.changes).where(_L.topic == topic)).scalar() or 0


def record_load(connection: Connection, topic: str, node: str, changes: int, now: datetime) -> None:
    """Record that a proxy has the first ``changes`` changes of a topic."""
    found = {"loaded": changes, "loaded_at": now, "error": ""}
    upsert(connection, proxy_nodes, {"topic": topic, "node": node} | found, found)


def record_failure(connection: Connection, topic: str, node: str, why: str) -> None:
    """Record why a proxy could not load the tables of a topic."""
    error = {"error": why[:255]}
    upsert(connection, proxy_nodes, {"topic": topic, "node": node, "loaded": 0} | error, error)


def list_changes(connection: Connection) -> dict[str, RowMapping]:
    """Return how often each topic changed (``changes``), and when last (``changed``)."""
    return {row["topic"]: row for row in connection.execute(select(proxy_loads)).mappings()}


def outstanding_loads(connection: Connection, node: str, before: datetime) -> list[str]:
    """Return the topics whose last change was before a time, and which a proxy has not loaded since."""
    loaded = {topic: row for (topic, name), row in list_nodes(connection).items() if name == node}
    return [
        topic
        for topic, change in list_changes(connection).items()
        if change["changed"] <= before and (topic not in loaded or loaded[topic]["loaded"] < change["changes"])
    ]


def list_nodes(connection: Connection) -> dict[tuple[str, str], RowMapping]:
    """Return what each proxy has of each topic; it has all of it if ``loaded`` equals ``changes``."""
    rows: Sequence[RowMapping] = connection.execute(select(proxy_nodes)).mappings().all()
    return {(row["topic"], row["node"]): row for row in rows}
