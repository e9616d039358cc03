"""Groups of SIP accounts in the database, and the number of accounts in each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, func, select

from .counts import Change, Tally, store_changes
from .prepared import PreparedInsert
from .schema import account_groups, sip_accounts

# The key of a count within a customer or reseller consists of its id and the group's name.
TALLY = Tally("group", ("name", "customer_id", "reseller_id"))
# The accounts of a group of up to this size are looked up and then sorted. For a larger group it is faster to go
# through the sorted list of all accounts until the page is full.
_FEW = 5000


def groups_of_accounts(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the groups of several accounts, by account id and sorted by name, in one query."""
    found: dict[int, list[str]] = {account_id: [] for account_id in ids}
    query = select(account_groups).where(account_groups.c.account_id.in_(ids))
    in_order = query.order_by(account_groups.c.account_id, account_groups.c.name)
    for row in connection.execute(in_order).mappings() if ids else ():
        found[row["account_id"]].append(row["name"])
    return found


def groups_of_account(connection: Connection, account_id: int) -> list[str]:
    """Return the groups of an account, sorted by name."""
    return groups_of_accounts(connection, [account_id])[account_id]


def replace_groups(connection: Connection, account: RowMapping, names: Iterable[str]) -> None:
    """Replace the groups of an account."""
    before, after = set(groups_of_account(connection, account["id"])), set(names)
    gone, new = sorted(before - after), sorted(after - before)
    if gone:
        where = account_groups.c.account_id == account["id"], account_groups.c.name.in_(gone)
        connection.execute(delete(account_groups).where(*where))
    insert_groups(connection, account["id"], new)
    changes = [change for name in gone for change in TALLY.changes(_keys(name, account), -1)]
    store_changes(connection, [*changes, *changes_of_new(account, new)])


def insert_groups(connection: Connection, account_id: int, names: Iterable[str]) -> None:
    """Add an account to groups without counting it in them."""
    _INSERT.add(connection, [{"account_id": account_id, "name": name} for name in names])


def changes_of_new(account: Mapping[Any, Any], names: Iterable[str]) -> list[Change]:
    """Return the changes of counts that an account makes by joining groups."""
    return [change for name in names for change in TALLY.changes(_keys(name, account))]


def remove_from_groups(connection: Connection, accounts: ColumnElement[bool]) -> None:
    """Remove accounts from all their groups."""
    _count(connection, accounts, -1)
    ids = select(sip_accounts.c.id).where(accounts)
    connection.execute(delete(account_groups).where(account_groups.c.account_id.in_(ids)))


def hand_over_groups(connection: Connection, accounts: ColumnElement[bool], values: Mapping[str, int]) -> None:
    """Move the counts of accounts' groups to a new customer or reseller; must be called before the accounts change."""
    for name, keys, number in _numbers(connection, accounts):
        for scope, new in values.items():
            TALLY.move(connection, scope, f"{keys[scope]} {name}", f"{new} {name}", number)


def count_members(connection: Connection, name: str, equals: Mapping[str, Any]) -> int | None:
    """Return the number of a group's accounts, in all or of one customer or reseller; ``None`` for other conditions."""
    if not equals:
        return TALLY.number(connection, "name", name)
    scope, value = next(iter(equals.items()))
    if len(equals) == 1 and scope in TALLY.scopes:
        return TALLY.number(connection, scope, f"{value} {name}")
    return None


def is_member(name: str, number: int) -> ColumnElement[bool]:
    """Return the SQL condition that an account is in a group, in the faster form for a group of ``number`` accounts."""
    if number <= _FEW:
        members = select(account_groups.c.account_id).where(account_groups.c.name == name)
        return sip_accounts.c.id.in_(members)
    return exists().where(account_groups.c.account_id == sip_accounts.c.id, account_groups.c.name == name)


def recount_groups(connection: Connection) -> None:
    """Count the groups of all accounts again, after a bulk load."""
    TALLY.clear(connection)
    _count(connection, sip_accounts.c.id.is_not(None), 1)


def _count(connection: Connection, accounts: ColumnElement[bool], sign: int) -> None:
    for name, keys, number in _numbers(connection, accounts):
        TALLY.add(connection, _keys(name, keys), sign * number)


def _numbers(connection: Connection, accounts: ColumnElement[bool]) -> Collection[tuple[str, dict[str, int], int]]:
    """Return the number of accounts per group, customer and reseller."""
    columns = account_groups.c.name, sip_accounts.c.customer_id, sip_accounts.c.reseller_id
    query = select(*columns, func.count()).join_from(account_groups, sip_accounts).where(accounts).group_by(*columns)
    rows = connection.execute(query.order_by(*columns)).all()
    return [(name, {"customer_id": customer, "reseller_id": reseller}, n) for name, customer, reseller, n in rows]


def _keys(name: str, owners: Any) -> dict[str, str]:
    return {"name": name, **{scope: f"{owners[scope]} {name}" for scope in ("customer_id", "reseller_id")}}


_INSERT = PreparedInsert(account_groups, ("account_id", "name"))
