"""SIP accounts in the database, with their properties and access lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, func, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from . import aliases, groups, holders
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

TALLY = Tally("account", ("customer_id", "reseller_id", "owner_id", "outsider_id", "domain"))
# the tables whose rows are deleted with an account; settings.py writes most of them
_PARTS = (
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


def find_account(connection: Connection, username: str, domain: str, *, lock: bool = False) -> RowMapping | None:
    """Return an account by its SIP address, or ``None``; ``lock`` locks its row."""
    query = select(sip_accounts).where(sip_accounts.c.username == username, sip_accounts.c.domain == domain)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def find_accounts(connection: Connection, sip_ids: Iterable[tuple[str, str]]) -> dict[tuple[str, str], RowMapping]:
    """Return several accounts by username and domain, in one query per domain."""
    by_domain: dict[str, list[str]] = {}
    for username, domain in sip_ids:
        by_domain.setdefault(domain, []).append(username)
    found = {}
    for domain, usernames in by_domain.items():
        query = select(sip_accounts).where(sip_accounts.c.domain == domain, sip_accounts.c.username.in_(usernames))
        for row in connection.execute(query).mappings():
            found[row["username"], row["domain"]] = row
    return found


def insert_account(connection: Connection, values: dict[str, Any]) -> int:
    """Add an account and return its id. Raises ACCOUNT_EXISTS."""
    values = values | {"outsider_id": holders.outsider(values["owner_id"], values["customer_id"])}
    address = f"{values['username']}@{values['domain']}"
    with unique_or(FaultCode.ACCOUNT_EXISTS, f"There is a SIP account {address} already."):
        result = connection.execute(sip_accounts.insert().values(**values))
    TALLY.add(connection, values)
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def change_account(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of an account."""
    if "owner_id" in values:
        values = values | {"outsider_id": holders.outsider(values["owner_id"], row["customer_id"])}
        for scope in ("owner_id", "outsider_id"):
            TALLY.move(connection, scope, row[scope], values[scope])
    connection.execute(update(sip_accounts).where(sip_accounts.c.id == row["id"]).values(**values))


def remove_account(connection: Connection, row: RowMapping) -> None:
    """Delete an account with all its parts and the aliases that point to it."""
    TALLY.add(connection, row, -1)
    _remove_parts(connection, sip_accounts.c.id == row["id"])
    connection.execute(delete(sip_accounts).where(sip_accounts.c.id == row["id"]))
    aliases.remove_aliases_of_account(connection, row["username"], row["domain"], row["reseller_id"])


def remove_accounts_of_domain(connection: Connection, domain: str) -> None:
    """Delete all accounts of a domain."""
    in_domain = sip_accounts.c.domain == domain
    TALLY.drop(connection, sip_accounts, "domain", domain)
    _remove_parts(connection, in_domain)
    connection.execute(delete(sip_accounts).where(in_domain))


def hand_over_accounts(connection: Connection, domain: RowMapping, values: dict[str, Any]) -> None:
    """Assign all accounts of a domain to the customer and reseller that the domain now belongs to."""
    in_domain = sip_accounts.c.domain == domain["domain"]
    groups.hand_over_groups(connection, in_domain, values)
    holders.hand_over_records(connection, TALLY, sip_accounts, in_domain, domain, values)


def properties_of_accounts(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the properties of several accounts, by account id, in one query."""
    found: dict[int, dict[str, str]] = {account_id: {} for account_id in ids}
    for row in _parts(connection, account_properties, ids, "name"):
        found[row["account_id"]][row["name"]] = row["value"]
    return found


def access_lists_of_accounts(connection: Connection, ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    """Return the access lists of several accounts, by account id and in the order they were sent, in one query."""
    found: dict[int, list[RowMapping]] = {account_id: [] for account_id in ids}
    for row in _parts(connection, account_acl, ids, "position"):
        found[row["account_id"]].append(row)
    return found


def set_properties(connection: Connection, account_id: int, values: Mapping[str, str]) -> None:
    """Replace the properties of an account."""
    rows = [{"name": name, "value": value} for name, value in values.items()]
    _replace(connection, account_properties, account_id, rows)


def note_block(connection: Connection, row: RowMapping, level: int, name: str, value: str) -> None:
    """Store the level that may unblock an account, and its property ``name``; delete that if ``value`` is empty."""
    connection.execute(update(sip_accounts).where(sip_accounts.c.id == row["id"]).values(blocked_level=level))
    note = account_properties.c.account_id == row["id"], account_properties.c.name == name
    connection.execute(delete(account_properties).where(*note))
    if value:
        connection.execute(account_properties.insert().values(account_id=row["id"], name=name, value=value))


def highest_block(connection: Connection, domain: str) -> int:
    """Return the highest level needed to unblock the accounts of a domain; 0 if none is blocked."""
    blocked = select(account_groups.c.account_id).where(account_groups.c.name == "blocked")
    levels = select(func.max(sip_accounts.c.blocked_level)).where(
        sip_accounts.c.domain == domain, sip_accounts.c.id.in_(blocked)
    )
    return connection.execute(levels).scalar() or 0


def set_access_list(connection: Connection, account_id: int, entries: Iterable[Mapping[str, Any]]) -> None:
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


def _remove_parts(connection: Connection, accounts: ColumnElement[bool]) -> None:
    groups.remove_from_groups(connection, accounts)
    ids = select(sip_accounts.c.id).where(accounts)
    for table in _PARTS:
        connection.execute(delete(table).where(table.c.account_id.in_(ids)))
