"""SIP accounts in the database, with their properties and access lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from ngnpro_server.faults import Fault
from ngnpro_wire.facts.fault_codes import FaultCode

from . import aliases, groups, holders, locks, rating
from .counts import Tally, store_changes
from .engine import unique_or
from .prepared import IDS, Prepared, PreparedInsert
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
from .whole_rows import PreparedWhole

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


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to an account in other tables: groups sorted by name, properties by name, and the access list."""

    groups: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    access_list: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be added: its row without the id, and its parts."""

    row: dict[str, Any]
    parts: Parts

    @property
    def address(self) -> str:
        """Return the SIP address."""
        return f"{self.row['username']}@{self.row['domain']}"


_ADDRESS = sip_accounts.c.username == bindparam("username"), sip_accounts.c.domain == bindparam("domain")
_BY_ADDRESS = Prepared(select(sip_accounts).where(*_ADDRESS))
_LOCKED_BY_ADDRESS = Prepared(select(sip_accounts).where(*_ADDRESS).with_for_update())


def find_account(connection: Connection, username: str, domain: str, *, lock: bool = False) -> RowMapping | None:
    """Return an account by its SIP address, or ``None``; ``lock`` locks its row."""
    query = _LOCKED_BY_ADDRESS if lock else _BY_ADDRESS
    return query.first(connection, username=username, domain=domain)


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


def new_account(values: dict[str, Any], parts: Parts) -> NewAccount:
    """Return an account to be added."""
    return NewAccount(values | {"outsider_id": holders.outsider(values["owner_id"], values["customer_id"])}, parts)


def count_account(connection: Connection, account: NewAccount) -> None:
    """Count an account that is added."""
    row = account.row
    store_changes(connection, [*TALLY.changes(row), *groups.changes_of_new(row, account.parts.groups)])


def insert_accounts(connection: Connection, new: Sequence[NewAccount]) -> None:
    """Insert accounts with their parts, without counting them.

    Raises ACCOUNT_EXISTS or ALIAS_EXISTS if there is an account or an alias with the address of any of them.
    """
    locks.acquire_locks(connection, [account.address[:255] for account in new])
    by_domain: dict[str, list[str]] = {}
    for account in new:
        by_domain.setdefault(account.row["domain"], []).append(account.row["username"])
    for domain, usernames in by_domain.items():
        if (username := aliases.first_alias(connection, domain, usernames)) is not None:
            raise Fault(FaultCode.ALIAS_EXISTS, f"There is a SIP alias {username}@{domain} already.")
    # of several accounts, a database does not say which one exists
    with unique_or(FaultCode.ACCOUNT_EXISTS, f"There is a SIP account {new[0].address} already."):
        if connection.dialect.name == "postgresql":
            rows = [{**one.row, **{table.name: rows for table, rows in _rows_of(one.parts).items()}} for one in new]
            _INSERT_WHOLE.add(connection, rows)
            return
        for account in new:
            account_id = _INSERT.add(connection, [account.row])[0]
            groups.insert_groups(connection, account_id, account.parts.groups)
            _insert_parts(connection, account_id, account.parts)


def change_account(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of an account."""
    if "owner_id" in values:
        values = values | {"outsider_id": holders.outsider(values["owner_id"], row["customer_id"])}
        for scope in ("owner_id", "outsider_id"):
            TALLY.move(connection, scope, row[scope], values[scope])
    connection.execute(update(sip_accounts).where(sip_accounts.c.id == row["id"]).values(**values))


def remove_account(connection: Connection, row: RowMapping) -> None:
    """Delete an account with all its parts."""
    TALLY.add(connection, row, -1)
    rating.remove_profiles(connection, rating.entity_of(rating.SUBSCRIBER, f"{row['username']}@{row['domain']}"))
    _remove_parts(connection, sip_accounts.c.id == row["id"])
    connection.execute(delete(sip_accounts).where(sip_accounts.c.id == row["id"]))


def remove_accounts_of_domain(connection: Connection, domain: str) -> None:
    """Delete all accounts of a domain."""
    in_domain = sip_accounts.c.domain == domain
    TALLY.drop(connection, sip_accounts, "domain", domain)
    rating.remove_profiles_of_domain(connection, domain)
    _remove_parts(connection, in_domain)
    connection.execute(delete(sip_accounts).where(in_domain))


def hand_over_accounts(connection: Connection, domain: RowMapping, values: dict[str, Any]) -> None:
    """Assign all accounts of a domain to the customer and reseller that the domain now belongs to."""
    in_domain = sip_accounts.c.domain == domain["domain"]
    groups.hand_over_groups(connection, in_domain, values)
    holders.hand_over_records(connection, TALLY, sip_accounts, in_domain, domain, values)


def parts_of_accounts(connection: Connection, ids: Sequence[int]) -> dict[int, Parts]:
    """Return the parts of several accounts, by account id, in one query."""
    found = {account_id: Parts() for account_id in ids}
    access_lists: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    for row in _ALL_PARTS.rows(connection, ids=ids) if ids else ():
        parts = found[row["account_id"]]
        if row["kind"] == _GROUP:
            parts.groups.append(row["name"])
        elif row["kind"] == _PROPERTY:
            parts.properties[row["name"]] = row["value"]
        else:
            entry = {name: row[name] for name in ("ip", "mask", "tag")}
            access_lists.setdefault(row["account_id"], []).append((row["position"], entry))
    for account_id, parts in found.items():
        parts.groups.sort()
        if len(parts.properties) > 1:
            in_order = sorted(parts.properties.items())
            parts.properties.clear()
            parts.properties.update(in_order)
        entries = sorted(access_lists.get(account_id, ()), key=itemgetter(0))
        parts.access_list.extend(entry for _position, entry in entries)
    return found


def set_properties(connection: Connection, account_id: int, values: Mapping[str, str]) -> None:
    """Replace the properties of an account."""
    connection.execute(delete(account_properties).where(account_properties.c.account_id == account_id))
    _insert_parts(connection, account_id, Parts(properties=dict(values)))


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
    connection.execute(delete(account_acl).where(account_acl.c.account_id == account_id))
    _insert_parts(connection, account_id, Parts(access_list=[dict(entry) for entry in entries]))


def _insert_parts(connection: Connection, account_id: int, parts: Parts) -> None:
    rows, account = _rows_of(parts), {"account_id": account_id}
    _INSERT_PROPERTIES.add(connection, [row | account for row in rows[account_properties]])
    _INSERT_ACCESS_LIST.add(connection, [row | account for row in rows[account_acl]])


def _rows_of(parts: Parts) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of an account's parts by table, without the account."""
    return {
        account_groups: [{"name": name} for name in parts.groups],
        account_properties: [{"name": name, "value": value} for name, value in parts.properties.items()],
        account_acl: [{"position": number, **entry} for number, entry in enumerate(parts.access_list)],
    }


def _remove_parts(connection: Connection, accounts: ColumnElement[bool]) -> None:
    groups.remove_from_groups(connection, accounts)
    ids = select(sip_accounts.c.id).where(accounts)
    for table in _PARTS:
        connection.execute(delete(table).where(table.c.account_id.in_(ids)))


_GROUP, _PROPERTY, _NETWORK = range(3)
_NO_TEXT: ColumnElement[Any] = literal_column("''")
_NO_NUMBER: ColumnElement[Any] = literal_column("0")
_COLUMNS = ("account_id", "kind", "name", "value", "position", "ip", "mask", "tag")


def _part(kind: int, table: Table) -> Select[Any]:
    """Return the rows of one table of parts; the columns that it lacks are empty."""
    numbers = {"position", "mask"}
    columns = [
        table.c.get(name, _NO_NUMBER if name in numbers else _NO_TEXT).label(name)
        for name in _COLUMNS
        if name != "kind"
    ]
    columns.insert(1, literal_column(str(kind)).label("kind"))
    return select(*columns).where(table.c.account_id.in_(bindparam(IDS, expanding=True)))


_ALL_PARTS = Prepared(
    union_all(_part(_GROUP, account_groups), _part(_PROPERTY, account_properties), _part(_NETWORK, account_acl))
)
_NEW = [column.name for column in sip_accounts.c if column.name != "id"]
_INSERT = PreparedInsert(sip_accounts, _NEW, "id")
_INSERT_WHOLE = PreparedWhole(
    sip_accounts,
    _NEW,
    ("username", "domain"),
    {
        account_groups: ("account_id", ("name",)),
        account_properties: ("account_id", ("name", "value")),
        account_acl: ("account_id", ("position", "ip", "mask", "tag")),
    },
)
_INSERT_PROPERTIES = PreparedInsert(account_properties, ("account_id", "name", "value"))
_INSERT_ACCESS_LIST = PreparedInsert(account_acl, ("account_id", "position", "ip", "mask", "tag"))
