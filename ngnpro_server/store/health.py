"""The state of gateways, and the number of phones and calls over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, select, update

from ngnpro_wire.watch import ANSWERS, SILENT, UNKNOWN

from .engine import upsert
from .locks import acquire_locks
from .schema import gateway_states, gateways, health_samples, turns
from .schema.proxy import location

_G, _S = gateway_states.c, health_samples.c


def take_turn(connection: Connection, name: str, now: datetime, before: datetime) -> bool:
    """Return whether the last turn at a task was taken before a time; then this one is taken, by one caller only."""
    acquire_locks(connection, [f"turn {name}"])
    taken = update(turns).where(turns.c.name == name, turns.c.taken <= before).values(taken=now)
    if connection.execute(taken).rowcount:
        return True
    if connection.execute(select(turns.c.taken).where(turns.c.name == name)).first():
        return False
    connection.execute(turns.insert().values(name=name, taken=now))
    return True


def list_gateways(connection: Connection) -> Sequence[RowMapping]:
    """Return the gateways to ask for their state."""
    columns = gateways.c.id, gateways.c.ip, gateways.c.port, gateways.c.transport
    return connection.execute(select(*columns).order_by(gateways.c.id)).mappings().all()


def record_state(connection: Connection, gateway_id: int, answer: int | None, now: datetime) -> None:
    """Store the answer of a gateway, and since when it is what it is: an answer, none, or unknown."""
    known = connection.execute(select(gateway_states).where(_G.gateway_id == gateway_id)).mappings().first()
    since = known["since"] if known is not None and state_of(known["answer"]) == state_of(answer) else now
    columns = {"answer": answer, "since": since, "checked": now}
    upsert(connection, gateway_states, {"gateway_id": gateway_id, **columns}, columns)


def state_of(answer: int | None) -> str:
    """Return the state that an answer shows: ``answers``, ``silent`` or ``unknown``."""
    return UNKNOWN if answer is None else ANSWERS if answer else SILENT


def list_states(connection: Connection) -> Sequence[RowMapping]:
    """Return the states of all gateways that still exist."""
    joined = gateways.join(gateway_states, gateways.c.id == _G.gateway_id)
    columns = gateways.c.id, gateways.c.name, gateways.c.reseller_id, _G.answer, _G.since, _G.checked
    return connection.execute(select(*columns).select_from(joined).order_by(gateways.c.id)).mappings().all()


def forget_states(connection: Connection) -> None:
    """Remove the states of all gateways."""
    connection.execute(delete(gateway_states))


def count_phones(connection: Connection, now: datetime) -> int:
    """Return the number of registered phones; ``connection`` is to the database of the SIP proxy."""
    query = select(func.count()).select_from(location).where(location.c.expires > now)
    return connection.execute(query).scalar_one()


def insert_sample(connection: Connection, now: datetime, phones: int, calls: int | None) -> None:
    """Store the number of phones and calls at a time."""
    numbers = {"phones": phones, "calls": calls}
    upsert(connection, health_samples, {"time": now, **numbers}, numbers)


def list_samples(connection: Connection, since: datetime) -> Sequence[RowMapping]:
    """Return the numbers of phones and calls since a time."""
    query = select(health_samples).where(_S.time >= since).order_by(_S.time)
    return connection.execute(query).mappings().all()


def remove_old_samples(connection: Connection, before: datetime) -> None:
    """Delete the numbers of phones and calls before a time."""
    connection.execute(delete(health_samples).where(_S.time < before))
