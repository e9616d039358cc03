"""Sends the orders of calls to the SIP proxies after their changes were stored.

Each proxy has a thread of its own, so that neither calls nor the other proxies wait for one that does not answer. A
command that fails is repeated a few times; for tables, ``proxy_nodes`` then says what is stored and not yet loaded.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ngnpro_server.call import Order
from ngnpro_server.faults import Fault

from .proxies import Node, ProxyRefused

_log = logging.getLogger("ngnpro.proxy")
_PAUSES = (0.2, 1, 3, 10)
# seconds that a client waits, at most, for orders that it awaits
LONGEST_WAIT = 5


@dataclass(frozen=True, slots=True)
class _Parcel:
    """An order to one proxy; ``tried`` is set once the command was sent for the first time."""

    order: Order
    tried: threading.Event = field(default_factory=threading.Event)


class Messenger:
    """Carries out orders, at each proxy one after the other."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._carriers = [_Carrier(node) for node in nodes]

    def send(self, orders: Iterable[Order]) -> None:
        """Queue orders, each once, and wait for those that a client awaits."""
        awaited = []
        for order in dict.fromkeys(orders):
            for carrier in self._carriers:
                parcel = _Parcel(order)
                carrier.take(parcel)
                if order.awaited:
                    awaited.append(parcel)
        end = time.monotonic() + LONGEST_WAIT
        for parcel in awaited:
            parcel.tried.wait(max(0, end - time.monotonic()))

    def finish(self) -> None:
        """Carry out the orders that are queued, each tried once more without pauses, for some seconds at most."""
        for carrier in self._carriers:
            carrier.hurry()
        end = time.monotonic() + LONGEST_WAIT
        for carrier in self._carriers:
            carrier.finish(max(0, end - time.monotonic()))


class _Carrier:
    """Carries out the orders to one proxy, in a thread that the first order starts."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._parcels: queue.SimpleQueue[_Parcel | None] = queue.SimpleQueue()
        self._hurry = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, parcel: _Parcel) -> None:
        """Queue an order."""
        self._parcels.put(parcel)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="proxy messenger", daemon=True)
                self._thread.start()

    def hurry(self) -> None:
        """End the thread after the orders that are queued, without pauses."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                self._hurry.set()
                self._parcels.put(None)

    def finish(self, seconds: float) -> None:
        """Wait until the thread has ended; a later order starts another one."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        self._hurry.clear()

    def _work(self) -> None:
        while (parcel := self._parcels.get()) is not None:
            try:
                self._carry_out(parcel)
            except Exception:  # noqa: BLE001
                # Catch every exception, so that the thread goes on with the next order; the log has the details.
                _log.exception("%s could not be carried out", parcel.order)
            finally:
                parcel.tried.set()

    def _carry_out(self, parcel: _Parcel) -> None:
        for pause in (*_PAUSES, None):
            try:
                self._node.carry_out(parcel.order)
            except (ProxyRefused, Fault) as error:
                parcel.tried.set()
                if pause is None or self._hurry.wait(pause):
                    _log.error("%s was given up: %s", parcel.order, error)
                    return
            else:
                return
