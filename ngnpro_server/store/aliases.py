"""SIP aliases in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from . import holders
from .counts import Tally
from .engine import unique_or
from .prepared import IDS, Prepared
from .schema import sip_aliases

TALLY = Tally("alias", ("customer_id", "reseller_id", "owner_id", "outsider_id", "domain"))


_ADDRESS = sip_aliases.c.username == bindparam("username"), sip_aliases.c.domain == bindparam("domain")
_BY_ADDRESS = Prepared(select(sip_aliases).where(*_ADDRESS))
_LOCKED_BY_ADDRESS = Prepared(select(sip_aliases).where(*_ADDRESS).with_for_update())
_USERNAMES = Prepared(
    select(sip_aliases.c.username).where(
        sip_aliases.c.domain == bindparam("domain"), sip_aliases.c.username.in_(bindparam(IDS, expanding=True))
    )
)


def find_alias(connection: Connection, username: str, domain: str, *, lock: bool = False) -> RowMapping | None:
    """Return an alias by its SIP address, or ``None``; ``lock`` locks its row."""
    query = _LOCKED_BY_ADDRESS if lock else _BY_ADDRESS
    return query.first(connection, username=username, domain=domain)


def first_alias(connection: Connection, domain: str, usernames: Sequence[str]) -> str | None:
    """Return the first of these usernames with which the domain has an alias, or ``None``; at least one is given."""
    taken = {row["username"] for row in _USERNAMES.rows(connection, domain=domain, ids=usernames)}
    return next((username for username in usernames if username in taken), None)


def insert_alias(connection: Connection, values: dict[str, Any]) -> None:
    """Add an alias. Raises ALIAS_EXISTS."""
    values = values | {"outsider_id": holders.outsider(values["owner_id"], values["customer_id"])}
    address = f"{values['username']}@{values['domain']}"
    with unique_or(FaultCode.ALIAS_EXISTS, f"There is a SIP alias {address} already."):
        connection.execute(sip_aliases.insert().values(**values))
    TALLY.add(connection, values)


def change_alias(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of an alias; ``values`` must contain ``owner_id``."""
    values = values | {"outsider_id": holders.outsider(values["owner_id"], row["customer_id"])}
    for scope in ("outsider_id", "owner_id"):
        TALLY.move(connection, scope, row[scope], values[scope])
    connection.execute(update(sip_aliases).where(sip_aliases.c.id == row["id"]).values(**values))


def remove_alias(connection: Connection, row: RowMapping) -> None:
    """Delete an alias."""
    connection.execute(delete(sip_aliases).where(sip_aliases.c.id == row["id"]))
    TALLY.add(connection, row, -1)


def remove_aliases_to(connection: Connection, username: str, domain: str, reseller_id: int) -> None:
    """Delete the aliases of an address in a reseller's tree: a newcomer would get their calls."""
    _remove_targets(
        connection,
        sip_aliases.c.target_username == username,
        sip_aliases.c.target_domain == domain,
        sip_aliases.c.reseller_id == reseller_id,
    )


def remove_aliases_of_domain(connection: Connection, domain: str, reseller_id: int) -> None:
    """Delete all aliases of a domain, and the reseller's aliases that point to it."""
    TALLY.drop(connection, sip_aliases, "domain", domain)
    connection.execute(delete(sip_aliases).where(sip_aliases.c.domain == domain))
    _remove_targets(connection, sip_aliases.c.target_domain == domain, sip_aliases.c.reseller_id == reseller_id)


def hand_over_aliases(connection: Connection, domain: RowMapping, values: dict[str, Any]) -> None:
    """Assign all aliases of a domain to the customer and reseller that the domain now belongs to."""
    in_domain = sip_aliases.c.domain == domain["domain"]
    holders.hand_over_records(connection, TALLY, sip_aliases, in_domain, domain, values)


def _remove_targets(connection: Connection, *conditions: Any) -> None:
    for row in connection.execute(select(sip_aliases).where(*conditions)).mappings().all():
        remove_alias(connection, row)
