"""Prices of calls by prefix: a table for the platform, and one for each reseller that has its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select

from .schema import prices

_P = prices.c


def list_prices(connection: Connection, reseller_id: int) -> Sequence[RowMapping]:
    """Return the prices of a reseller, or of the platform (0), sorted by prefix."""
    return connection.execute(select(prices).where(_P.reseller_id == reseller_id).order_by(_P.prefix)).mappings().all()


def replace_prices(connection: Connection, reseller_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace all prices of a reseller, or of the platform."""
    connection.execute(delete(prices).where(_P.reseller_id == reseller_id))
    if added := [{**row, "reseller_id": reseller_id} for row in rows]:
        connection.execute(prices.insert(), added)


def find_price(connection: Connection, reseller_id: int, digits: str) -> RowMapping | None:
    """Return the price of the longest prefix of a number, or ``None``.

    A reseller with prices of its own has only these; the others have the platform's.
    """
    own = select(func.max(_P.reseller_id)).where(_P.reseller_id.in_((reseller_id, 0))).scalar_subquery()
    beginnings = [digits[:length] for length in range(len(digits) + 1)]
    query = select(prices).where(_P.reseller_id == own, _P.prefix.in_(beginnings))
    return connection.execute(query.order_by(func.length(_P.prefix).desc()).limit(1)).mappings().first()
