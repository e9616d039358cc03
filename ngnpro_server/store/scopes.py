"""What follows from the domain or customer a list is narrowed to, so that its total need not be counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from . import customers, domains
from .paging import Branch


def simplify(connection: Connection, branches: Iterable[Branch]) -> list[Branch]:
    """Remove conditions that follow from others, and branches that cannot have rows.

    A domain's records all have the domain's customer and reseller; a customer's all have the customer's reseller.
    """
    simplified = (branch.knowing(_facts(connection, branch)) for branch in branches)
    return [branch for branch in simplified if branch is not None]


def _facts(connection: Connection, branch: Branch) -> dict[str, Any]:
    named = {"customer_id", "reseller_id"} & branch.equals.keys()
    if "domain" in branch.equals and named:
        row = domains.find(connection, branch.equals["domain"])
        return {name: row[name] for name in named} if row is not None else {}
    if {"customer_id", "reseller_id"} <= branch.equals.keys():
        customer = customers.find(connection, branch.equals["customer_id"])
        return {"reseller_id": customer["reseller_id"]} if customer is not None else {}
    return {}
