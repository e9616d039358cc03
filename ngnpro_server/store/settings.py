"""Settings of an account in the database: mailbox, diversions, rules for callers, barred prefixes, phonebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, func, insert, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from .engine import unique_or
from .rings import address_of
from .schema import (
    accept_rules,
    barring_prefixes,
    diversions,
    mailboxes,
    phonebook,
    reject_members,
    sip_accounts,
    temporary_accept_rules,
)

# the first number of a mailbox; with six digits, all numbers have the same length up to 999999
FIRST_MAILBOX = 100000


def find_mailbox(connection: Connection, account_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return the mailbox of an account, or ``None``; ``lock`` locks its row."""
    query = select(mailboxes).where(mailboxes.c.account_id == account_id)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def insert_mailbox(connection: Connection, values: dict[str, Any]) -> None:
    """Add a mailbox and assign its number. Raises MAILBOX_EXISTS."""
    # a unique placeholder until the id of the row, and so the number, is known
    values = values | {"mailbox": f"new {values['account_id']}"}
    with unique_or(FaultCode.MAILBOX_EXISTS, "The account has a mailbox already."):
        result = connection.execute(mailboxes.insert().values(**values))
    key = result.inserted_primary_key
    number = str(FIRST_MAILBOX + (int(key[0]) if key is not None else 0))
    change_mailbox(connection, values["account_id"], {"mailbox": number})


def change_mailbox(connection: Connection, account_id: int, values: dict[str, Any]) -> None:
    """Change columns of a mailbox."""
    connection.execute(update(mailboxes).where(mailboxes.c.account_id == account_id).values(**values))


def remove_mailbox(connection: Connection, account_id: int) -> None:
    """Delete the mailbox of an account."""
    connection.execute(delete(mailboxes).where(mailboxes.c.account_id == account_id))


def get_diversions(connection: Connection, account_id: int) -> dict[str, str]:
    """Return the diversions of an account, as targets by condition."""
    query = select(diversions).where(diversions.c.account_id == account_id).order_by(diversions.c.condition)
    return {row["condition"]: row["target"] for row in connection.execute(query).mappings()}


def set_diversions(connection: Connection, account_id: int, targets: Mapping[str, str]) -> None:
    """Replace the diversions of an account."""
    _replace(connection, diversions, account_id, [diversion_row(*one) for one in targets.items()])


def diversion_row(condition: str, target: str) -> dict[str, str]:
    """Return the columns of a diversion, with the address that it leads to."""
    username, domain = address_of(target) or ("", "")
    return {"condition": condition, "target": target, "target_username": username, "target_domain": domain}


def list_diversions_to(connection: Connection, username: str, domain: str) -> Sequence[RowMapping]:
    """Return the diversions that lead to an address, with the accounts that have them."""
    query = (
        select(diversions.c.condition, diversions.c.target, *sip_accounts.c)
        .join(sip_accounts, sip_accounts.c.id == diversions.c.account_id)
        .where(diversions.c.target_domain == domain, diversions.c.target_username == username)
        .order_by(sip_accounts.c.domain, sip_accounts.c.username, diversions.c.condition)
    )
    return connection.execute(query).mappings().all()


def remove_diversions_to(connection: Connection, domain: str, username: str | None, reseller_id: int) -> None:
    """Delete diversions to an address, or with the username ``None`` to all addresses of a domain.

    Those in a reseller's tree: another account that gets the address later would get their calls.
    """
    address = [diversions.c.target_domain == domain]
    if username is not None:
        address.append(diversions.c.target_username == username)
    accounts = select(sip_accounts.c.id).where(sip_accounts.c.reseller_id == reseller_id)
    connection.execute(delete(diversions).where(*address, diversions.c.account_id.in_(accounts)))


def get_reject_members(connection: Connection, account_id: int) -> list[str]:
    """Return the callers that an account rejects, in the order they were sent."""
    query = select(reject_members).where(reject_members.c.account_id == account_id)
    rows = connection.execute(query.order_by(reject_members.c.position)).mappings()
    return [row["uri"] for row in rows]


def set_reject_members(connection: Connection, account_id: int, uris: Iterable[str]) -> None:
    """Replace the callers that an account rejects."""
    rows = [{"position": position, "uri": uri} for position, uri in enumerate(uris)]
    _replace(connection, reject_members, account_id, rows)


def get_barring_prefixes(connection: Connection, account_id: int) -> list[str]:
    """Return the barred prefixes of an account, sorted."""
    query = select(barring_prefixes).where(barring_prefixes.c.account_id == account_id)
    rows = connection.execute(query.order_by(barring_prefixes.c.prefix)).mappings()
    return [row["prefix"] for row in rows]


def set_barring_prefixes(connection: Connection, account_id: int, prefixes: Iterable[str]) -> None:
    """Replace the barred prefixes of an account."""
    _replace(connection, barring_prefixes, account_id, [{"prefix": prefix} for prefix in prefixes])


def get_accept_rules(connection: Connection, account_id: int) -> Sequence[RowMapping]:
    """Return the weekly rules for callers, in the order they were sent."""
    query = select(accept_rules).where(accept_rules.c.account_id == account_id)
    return connection.execute(query.order_by(accept_rules.c.position)).mappings().all()


def set_accept_rules(connection: Connection, account_id: int, rules: Iterable[Mapping[str, Any]]) -> None:
    """Replace the weekly rules for callers."""
    rows = [{"position": position, **rule} for position, rule in enumerate(rules)]
    _replace(connection, accept_rules, account_id, rows)


def get_temporary_rule(connection: Connection, account_id: int) -> RowMapping | None:
    """Return the temporary rule for callers, even an expired one, or ``None``."""
    query = select(temporary_accept_rules).where(temporary_accept_rules.c.account_id == account_id)
    return connection.execute(query).mappings().first()


def set_temporary_rule(connection: Connection, account_id: int, groups: str, expires: datetime | None) -> None:
    """Replace the temporary rule for callers; without ``groups`` it is deleted."""
    rows = [{"groups": groups, "expires": expires}] if groups else []
    _replace(connection, temporary_accept_rules, account_id, rows)


def find_phonebook_entry(connection: Connection, account_id: int, uri: str) -> RowMapping | None:
    """Return an entry of an account's phonebook, or ``None``."""
    query = select(phonebook).where(phonebook.c.account_id == account_id, phonebook.c.uri == uri)
    return connection.execute(query).mappings().first()


def insert_phonebook_entry(connection: Connection, values: dict[str, Any]) -> None:
    """Add a phonebook entry. Raises PHONEBOOK_ENTRY_EXISTS."""
    with unique_or(FaultCode.PHONEBOOK_ENTRY_EXISTS, f"The phonebook has {values['uri']} already."):
        connection.execute(insert(phonebook).values(**values))


def change_phonebook_entry(connection: Connection, account_id: int, uri: str, values: dict[str, Any]) -> None:
    """Change columns of a phonebook entry."""
    where = phonebook.c.account_id == account_id, phonebook.c.uri == uri
    if values:
        connection.execute(update(phonebook).where(*where).values(**values))


def remove_phonebook_entry(connection: Connection, account_id: int, uri: str) -> None:
    """Delete a phonebook entry."""
    where = phonebook.c.account_id == account_id, phonebook.c.uri == uri
    connection.execute(delete(phonebook).where(*where))


def phonebook_page(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], start: int, count: int
) -> tuple[int, Sequence[RowMapping]]:
    """Return the number of matching phonebook entries, and one page of them, sorted by address."""
    total = connection.execute(select(func.count()).select_from(phonebook).where(*conditions)).scalar_one()
    query = select(phonebook).where(*conditions).order_by(phonebook.c.uri).limit(count).offset(start)
    return total, connection.execute(query).mappings().all()


def phonebook_groups(connection: Connection, account_id: int) -> list[str]:
    """Return the groups of a phonebook that have entries."""
    query = (
        select(phonebook.c.group_name)
        .where(phonebook.c.account_id == account_id, phonebook.c.group_name != "")
        .distinct()
        .order_by(phonebook.c.group_name)
    )
    return [row.group_name for row in connection.execute(query)]


def _replace(connection: Connection, table: Table, account_id: int, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c.account_id == account_id))
    if rows:
        connection.execute(table.insert(), [{"account_id": account_id, **row} for row in rows])
