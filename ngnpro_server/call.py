"""The context of an operation: the caller, the open transaction, the configuration and the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine, RowMapping

from .config import Config

Record: TypeAlias = dict[str, Any]
Clock: TypeAlias = Callable[[], datetime]
T = TypeVar("T")
Insert: TypeAlias = Callable[[Connection, Sequence[T]], None]


class Level(IntEnum):
    """The level of rights that a call has; ``SUBSCRIBER`` is that of a SIP account, for its presence only."""

    SUBSCRIBER = 0
    CUSTOMER = 1
    RESELLER = 2
    ADMINISTRATOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The rights that a call has: ``customer`` and ``reseller`` are ids, 0 for an administrator.

    ``login`` is the customer who signed in (0 for an administrator); it differs from ``customer`` when that
    customer impersonates another one. ``active`` is the reseller's ``resellerActive``. ``account``: the id of the SIP
    account that signed in, else 0; its ``customer`` and ``reseller`` are no ids, so that it sees no records.
    """

    level: Level
    customer: int = 0
    reseller: int = 0
    login: int = 0
    active: bool = True
    account: int = 0

    @property
    def is_administrator(self) -> bool:
        """Return whether everything is allowed: to an administrator who does not impersonate a customer."""
        return self.level is Level.ADMINISTRATOR

    def __str__(self) -> str:
        name = self.level.name.lower()
        return name if self.is_administrator else f"{name} {self.customer}"


@dataclass(frozen=True, slots=True)
class DropRegistrations:
    """An order to the SIP proxies to forget the phones of an account, or of all accounts of a domain.

    ``contacts``: only these phones of the account, by their SIP addresses. ``awaited``: the client waits until it is
    carried out.
    """

    username: str
    domain: str
    contacts: tuple[str, ...] = ()
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class LoadTables:
    """An order to the SIP proxies to load the tables of a topic anew; ``awaited`` as in ``DropRegistrations``."""

    topic: str
    awaited: bool = False


Order: TypeAlias = DropRegistrations | LoadTables


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call in progress.

    ``connection`` is its transaction. ``proxy`` is the database that the SIP proxy writes; commands leave it out.
    ``orders`` to the SIP proxies are carried out after the commit.
    ``now`` is the time in UTC without timezone, in whole seconds, as the database stores it. ``properties`` are the
    properties of customers that the call has looked up so far, by customer id and name, ``domains`` the rows of domains
    that it has locked against changes, by name. The calls of a batch share both; ``forget`` clears them. ``gathered``
    are the rows that are to be inserted with those of the next calls of the batch, each with the function that inserts
    it; ``None`` if each call inserts its own.
    """

    caller: Caller
    connection: Connection
    config: Config
    now: datetime
    proxy: Engine | None = None
    orders: list[Order] = field(default_factory=list)
    properties: dict[int, dict[str, str]] = field(default_factory=dict)
    domains: dict[str, RowMapping] = field(default_factory=dict)
    gathered: list[tuple[Insert[Any], Any]] | None = None

    def write(self, insert: Insert[T], row: T) -> None:
        """Insert a row with ``insert``, or gather it; used by operations that are named in ``GATHERING``."""
        if self.gathered is None:
            insert(self.connection, [row])
        else:
            self.gathered.append((insert, row))

    def insert_gathered(self) -> None:
        """Insert the rows that were gathered."""
        for insert, rows in groupby(self.gathered or (), key=itemgetter(0)):
            insert(self.connection, [row for _insert, row in rows])
        if self.gathered:
            self.gathered.clear()

    def forget(self) -> None:
        """Forget what was looked up, because it may have changed."""
        self.properties.clear()
        self.domains.clear()


Operation: TypeAlias = Callable[..., Any]


def utc_now() -> datetime:
    """Return the current time as the database stores it: UTC, without timezone, in whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
