"""SIP accounts in the database, with their groups, properties and access lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, delete, select, update

from ngnpro_server.soap.faults import FaultCode

from . import aliases
from .counts import Tally
from .engine import unique_or
from .schema import (
    accept_rules,
    account_acl,
    account_groups,
    account_properties,
    balance_history,
    balances,
    barring_prefixes,
    diversions,
    mailboxes,
    phonebook,
    reject_members,
    sip_accounts,
    temporary_accept_rules,
)

TALLY = Tally("account", ("customer_id", "reseller_id", "owner_id", "domain"))
# all that goes with an account; the settings' own module writes most of it
_PARTS = (
    account_groups,
    account_properties,
    account_acl,
    mailboxes,
    diversions,
    accept_rules,
    temporary_accept_rules,
    reject_members,
    barring_prefixes,
    phonebook,
    balances,
    balance_history,
)


def find(connection: Connection, username: str, domain: str, *, lock: bool = False) -> RowMapping | None:
    """Find an account by its SIP address."""
    query = select(sip_accounts).where(sip_accounts.c.username == username, sip_accounts.c.domain == domain)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def insert(connection: Connection, values: dict[str, Any]) -> int:
    """Add an account and answer its id, or raise ACCOUNT_EXISTS."""
    address = f"{values['username']}@{values['domain']}"
    with unique_or(FaultCode.ACCOUNT_EXISTS, f"There is a SIP account {address} already."):
        result = connection.execute(sip_accounts.insert().values(**values))
    TALLY.add(connection, values)
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def change(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of an account."""
    connection.execute(update(sip_accounts).where(sip_accounts.c.id == row["id"]).values(**values))
    if "owner_id" in values:
        TALLY.move(connection, "owner_id", row["owner_id"], values["owner_id"])


def remove(connection: Connection, row: RowMapping) -> None:
    """Delete an account with all its parts and the aliases that lead to it."""
    _remove_parts(connection, select(sip_accounts.c.id).where(sip_accounts.c.id == row["id"]))
    connection.execute(delete(sip_accounts).where(sip_accounts.c.id == row["id"]))
    TALLY.add(connection, row, -1)
    aliases.remove_leading_to(connection, row["username"], row["domain"], row["reseller_id"])


def remove_all(connection: Connection, domain: str) -> None:
    """Delete all accounts of a domain."""
    in_domain = sip_accounts.c.domain == domain
    _remove_parts(connection, select(sip_accounts.c.id).where(in_domain))
    TALLY.drop(connection, sip_accounts, "domain", domain)
    connection.execute(delete(sip_accounts).where(in_domain))


def hand_over(connection: Connection, domain: RowMapping, values: dict[str, Any]) -> None:
    """Give all accounts of a domain to the customer and reseller that the domain now belongs to."""
    number = TALLY.number(connection, "domain", domain["domain"])
    for scope, new in values.items():
        TALLY.move(connection, scope, domain[scope], new, number)
    connection.execute(update(sip_accounts).where(sip_accounts.c.domain == domain["domain"]).values(**values))


def groups(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Read the groups of several accounts at once, in the order of their names."""
    found: dict[int, list[str]] = {account_id: [] for account_id in ids}
    for row in _parts(connection, account_groups, ids, "name"):
        found[row["account_id"]].append(row["name"])
    return found


def properties(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Read the properties of several accounts at once."""
    found: dict[int, dict[str, str]] = {account_id: {} for account_id in ids}
    for row in _parts(connection, account_properties, ids, "name"):
        found[row["account_id"]][row["name"]] = row["value"]
    return found


def acl(connection: Connection, ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    """Read the access lists of several accounts at once, in the order they were given."""
    found: dict[int, list[RowMapping]] = {account_id: [] for account_id in ids}
    for row in _parts(connection, account_acl, ids, "position"):
        found[row["account_id"]].append(row)
    return found


def set_groups(connection: Connection, account_id: int, names: Iterable[str]) -> None:
    """Replace the groups of an account."""
    _replace(connection, account_groups, account_id, [{"name": name} for name in names])


def set_properties(connection: Connection, account_id: int, values: Mapping[str, str]) -> None:
    """Replace the properties of an account."""
    rows = [{"name": name, "value": value} for name, value in values.items()]
    _replace(connection, account_properties, account_id, rows)


def set_acl(connection: Connection, account_id: int, entries: Iterable[Mapping[str, Any]]) -> None:
    """Replace the access list of an account: ``ip``, ``mask``, ``tag``."""
    rows = [{"position": position, **entry} for position, entry in enumerate(entries)]
    _replace(connection, account_acl, account_id, rows)


def _parts(connection: Connection, table: Table, ids: Sequence[int], order: str) -> Iterable[RowMapping]:
    query = select(table).where(table.c.account_id.in_(ids)).order_by(table.c.account_id, table.c[order])
    return connection.execute(query).mappings() if ids else ()


def _replace(connection: Connection, table: Table, account_id: int, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c.account_id == account_id))
    if rows:
        connection.execute(table.insert(), [{"account_id": account_id, **row} for row in rows])


def _remove_parts(connection: Connection, ids: Select[Any]) -> None:
    for table in _PARTS:
        connection.execute(delete(table).where(table.c.account_id.in_(ids)))
