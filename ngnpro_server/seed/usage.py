"""How much the domains were used: counted from the demo's calls as the server counts them, hour by hour."""

from __future__ import annotations

from datetime import timedelta

from ngnpro_server.store import network, statistics

from .making import Making

_HOUR = timedelta(hours=1)
_DAYS = 7


def add_usage(making: Making) -> None:
    """Store the use of each domain in the last days; phones go online in the morning and offline in the evening."""
    now = making.now.replace(minute=0, second=0, microsecond=0)
    online = {domain: accounts for domain, (accounts, _) in network.count_online(making.proxy, making.now).items()}
    for back in range(_DAYS * 24, 0, -1):
        hour = now - back * _HOUR
        share = making.random.uniform(0.9, 1.0) if 7 <= hour.hour < 18 else making.random.uniform(0.5, 0.6)
        placed = statistics.count_calls_by_domain(making.proxy, hour, hour + _HOUR)
        at_work = {domain: round(number * share) for domain, number in online.items()}
        statistics.store_usage(making.connection, hour, at_work, placed)
