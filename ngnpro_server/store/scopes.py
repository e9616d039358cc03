"""Simplifies the conditions of lists of one domain or customer, so that their totals can be read from stored counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from . import customers, domains
from .paging import Branch


def simplify_branches(connection: Connection, branches: Iterable[Branch]) -> list[Branch]:
    """Return the branches without conditions that follow from others, and without branches that cannot have rows.

    All records in a domain have the domain's customer and reseller; all records of a customer have its reseller.
    """
    simplified = (branch.knowing(_facts(connection, branch)) for branch in branches)
    return [branch for branch in simplified if branch is not None]


def _facts(connection: Connection, branch: Branch) -> dict[str, Any]:
    named = {"customer_id", "reseller_id"} & branch.equals.keys()
    if "domain" in branch.equals and named:
        row = domains.find_domain(connection, branch.equals["domain"])
        return {name: row[name] for name in named} if row is not None else {}
    if {"customer_id", "reseller_id"} <= branch.equals.keys():
        customer = customers.find_customer(connection, branch.equals["customer_id"])
        return {"reseller_id": customer["reseller_id"]} if customer is not None else {}
    return {}
