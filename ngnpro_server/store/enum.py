"""ENUM ranges, numbers and mappings in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, delete, func, literal, or_, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from . import holders
from .counts import Tally
from .engine import unique_or
from .schema import enum_mappings, enum_numbers, enum_ranges, sip_accounts

RANGES = Tally("range", ("customer_id", "reseller_id"), owner="customer_id")
NUMBERS = Tally("number", ("customer_id", "reseller_id", "owner_id", "outsider_id"))


def find_range(connection: Connection, prefix: str, tld: str, *, lock: bool = False) -> RowMapping | None:
    """Return a range by prefix and ENUM domain, or ``None``; ``lock`` locks its row."""
    query = select(enum_ranges).where(enum_ranges.c.prefix == prefix, enum_ranges.c.tld == tld)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def range_of_number(connection: Connection, number: str, tld: str) -> RowMapping | None:
    """Return the range with the longest prefix of a number, or ``None``; its row is locked."""
    prefixes = [number[:length] for length in range(1, len(number) + 1)]
    query = (
        select(enum_ranges)
        .where(enum_ranges.c.tld == tld, enum_ranges.c.prefix.in_(prefixes))
        .order_by(enum_ranges.c.prefix.desc())
        .limit(1)
        .with_for_update()
    )
    return connection.execute(query).mappings().first()


def overlapping_ranges(connection: Connection, prefix: str, tld: str) -> list[RowMapping]:
    """Return the ranges that contain a prefix or lie within it."""
    shorter = [prefix[:length] for length in range(1, len(prefix) + 1)]
    around = select(enum_ranges).where(enum_ranges.c.tld == tld, enum_ranges.c.prefix.in_(shorter))
    within = select(enum_ranges).where(
        enum_ranges.c.tld == tld, enum_ranges.c.prefix > prefix, enum_ranges.c.prefix < prefix + ":"
    )
    return [row for query in (around, within) for row in connection.execute(query).mappings()]


def insert_range(connection: Connection, values: dict[str, Any]) -> None:
    """Add a range. Raises RANGE_EXISTS."""
    with unique_or(FaultCode.RANGE_EXISTS, f"There is a range {values['prefix']} in {values['tld']} already."):
        connection.execute(enum_ranges.insert().values(**values))
    RANGES.add(connection, values)


def change_range(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a range; a new customer or reseller is also set in its numbers."""
    connection.execute(update(enum_ranges).where(enum_ranges.c.id == row["id"]).values(**values))
    moved = {scope: values[scope] for scope in RANGES.scopes if values.get(scope, row[scope]) != row[scope]}
    for scope, new in moved.items():
        RANGES.move(connection, scope, row[scope], new)
    if moved:
        holders.hand_over_records(connection, NUMBERS, enum_numbers, enum_numbers.c.range_id == row["id"], row, moved)


def remove_range(connection: Connection, row: RowMapping) -> None:
    """Delete an empty range."""
    connection.execute(delete(enum_ranges).where(enum_ranges.c.id == row["id"]))
    RANGES.add(connection, row, -1)


def touch_range(connection: Connection, range_id: int, now: datetime, *, added: int = 0) -> None:
    """Record a change of a range's DNS zone: increase the zone's serial, and ``used`` by ``added``."""
    # in the form of RFC 1912 section 2.2, YYYYMMDDnn, and never decreasing
    following, today = enum_ranges.c.serial + 1, int(now.strftime("%Y%m%d00"))
    connection.execute(
        update(enum_ranges)
        .where(enum_ranges.c.id == range_id)
        .values(used=enum_ranges.c.used + added, serial=case((following > today, following), else_=today))
    )


def find_number(connection: Connection, number: str, tld: str, *, lock: bool = False) -> RowMapping | None:
    """Return a number by its digits and ENUM domain, or ``None``; ``lock`` locks its row."""
    query = select(enum_numbers).where(enum_numbers.c.number == number, enum_numbers.c.tld == tld)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def insert_number(connection: Connection, values: dict[str, Any]) -> int:
    """Add a number and return its id. Raises NUMBER_EXISTS."""
    values = values | {"outsider_id": holders.outsider(values["owner_id"], values["customer_id"])}
    text = f"There is a number {values['number']} in {values['tld']} already."
    with unique_or(FaultCode.NUMBER_EXISTS, text):
        result = connection.execute(enum_numbers.insert().values(**values))
    NUMBERS.add(connection, values)
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def change_number(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a number; ``values`` must contain ``owner_id``."""
    values = values | {"outsider_id": holders.outsider(values["owner_id"], row["customer_id"])}
    for scope in ("outsider_id", "owner_id"):
        NUMBERS.move(connection, scope, row[scope], values[scope])
    connection.execute(update(enum_numbers).where(enum_numbers.c.id == row["id"]).values(**values))


def remove_number(connection: Connection, row: RowMapping) -> None:
    """Delete a number with its mappings."""
    connection.execute(delete(enum_mappings).where(enum_mappings.c.number_id == row["id"]))
    connection.execute(delete(enum_numbers).where(enum_numbers.c.id == row["id"]))
    NUMBERS.add(connection, row, -1)


def mappings_of_numbers(connection: Connection, ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    """Return the mappings of several numbers, by number id and sorted by priority, in one query."""
    query = (
        select(enum_mappings)
        .where(enum_mappings.c.number_id.in_(ids))
        .order_by(enum_mappings.c.number_id, enum_mappings.c.priority, enum_mappings.c.id)
    )
    found: dict[int, list[RowMapping]] = {number_id: [] for number_id in ids}
    for row in connection.execute(query).mappings() if ids else ():
        found[row["number_id"]].append(row)
    return found


def set_mappings(connection: Connection, number_id: int, wanted: Iterable[dict[str, Any]]) -> None:
    """Replace the mappings of a number; those sent with the id of an existing mapping of this number keep that id."""
    left = {row["id"] for row in mappings_of_numbers(connection, [number_id])[number_id]}
    for mapping in wanted:
        values = {name: value for name, value in mapping.items() if name != "id"}
        if mapping.get("id") in left:
            left.remove(mapping["id"])
            connection.execute(update(enum_mappings).where(enum_mappings.c.id == mapping["id"]).values(**values))
        else:
            connection.execute(enum_mappings.insert().values(number_id=number_id, **values))
    connection.execute(delete(enum_mappings).where(enum_mappings.c.id.in_(left)))


def addresses_of_accounts(accounts: ColumnElement[bool]) -> Select[tuple[str]]:
    """Return the query of the addresses of accounts, as ``remove_mappings_to`` takes it."""
    return select(sip_accounts.c.username + literal("@") + sip_accounts.c.domain).where(accounts)


def remove_mappings_to(
    connection: Connection, addresses: Select[tuple[str]] | Sequence[str], reseller_id: int, now: datetime
) -> None:
    """Delete the mappings to addresses that are about to be deleted, of a reseller's numbers.

    Another account that gets the address later would get their calls.
    """
    target = func.lower(enum_mappings.c.mapto)
    query = select(enum_mappings.c.id, enum_numbers.c.range_id).where(
        enum_mappings.c.number_id == enum_numbers.c.id,
        enum_mappings.c.mapto_key.in_(addresses),
        or_(target.like("sip:%"), target.like("sips:%")),
        enum_numbers.c.reseller_id == reseller_id,
    )
    rows = connection.execute(query).all()
    if rows:
        connection.execute(delete(enum_mappings).where(enum_mappings.c.id.in_([row.id for row in rows])))
    for range_id in sorted({row.range_id for row in rows}):
        touch_range(connection, range_id, now)
