"""The rating profiles of accounts, domains and customers, in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select

from .engine import upsert
from .schema import rating_profiles

SUBSCRIBER, DOMAIN, CUSTOMER = "subscriber", "domain", "customer"
_E = rating_profiles.c


def entity_of(kind: str, name: object) -> str:
    """Return the entity of an account, a domain or a customer (contract: RatingEntityProfiles)."""
    return f"{kind}://{name}"


def find_profiles(connection: Connection, entity: str) -> RowMapping | None:
    """Return the rating profiles of an entity, or ``None``."""
    return connection.execute(select(rating_profiles).where(_E.entity == entity)).mappings().first()


def store_profiles(connection: Connection, entity: str, values: dict[str, Any]) -> None:
    """Set rating profiles of an entity."""
    upsert(connection, rating_profiles, {"entity": entity, **values}, values)


def remove_profiles(connection: Connection, entity: str) -> bool:
    """Delete the rating profiles of an entity; return whether it had some."""
    return bool(connection.execute(delete(rating_profiles).where(_E.entity == entity)).rowcount)


def remove_profiles_of_domain(connection: Connection, domain: str) -> None:
    """Delete the rating profiles of a domain and its accounts."""
    connection.execute(delete(rating_profiles).where(_E.domain == domain))
