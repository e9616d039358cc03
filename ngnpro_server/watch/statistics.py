"""How much the domains are used, counted each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from ngnpro_server.store import network, statistics
from ngnpro_server.store.engine import transaction

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UsageCounter:
    """Counts how much domains are used; ``written`` is the database that the SIP proxy writes."""

    engine: Engine
    written: Engine

    def count_hour(self, now: datetime) -> None:
        """Store the numbers of the hour that has ended, with the accounts that are online now."""
        until = now.replace(minute=0, second=0, microsecond=0)
        with transaction(self.written, write=False) as connection:
            online = {domain: accounts for domain, (accounts, _) in network.count_online(connection, now).items()}
            placed = statistics.count_calls_by_domain(connection, until - _HOUR, until)
        with transaction(self.engine, write=True) as connection:
            statistics.store_usage(connection, until - _HOUR, online, placed)
