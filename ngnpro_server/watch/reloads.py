"""Makes SIP proxies load what they were not told of, because they did not answer for a while."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from ngnpro_server.call import LoadTables
from ngnpro_server.platform.proxies import Node, ProxyRefused, name_of
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.loads import outstanding_loads

_log = logging.getLogger("ngnpro.watch")
# for so long the messenger repeats the command itself
_REPEATED = timedelta(seconds=60)


def load_outstanding(nodes: Iterable[Node], now: datetime) -> None:
    """Make each proxy load what it has not loaded yet; one that does not answer is left for the next turn.

    The command goes directly to the proxy, because orders to one that is away for hours would queue up.
    """
    for node in nodes:
        with transaction(node.engine, write=False) as connection:
            topics = outstanding_loads(connection, name_of(node.url), now - _REPEATED)
        try:
            for topic in topics:
                node.carry_out(LoadTables(topic))
        except ProxyRefused as error:
            _log.info("What is saved could not be loaded: %s", error)
