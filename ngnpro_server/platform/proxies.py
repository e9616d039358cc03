"""Commands to the SIP proxies, sent by JSON-RPC after a change was stored: drop registrations, load tables anew.

They are sent by a thread of their own, so that no call waits for a proxy. A command that fails is repeated a few times;
for tables, ``proxy_loads`` then says what is stored and not yet loaded.
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from ngnpro_server.call import DropRegistrations, LoadTables, Order, utc_now
from ngnpro_server.config import Proxy
from ngnpro_server.faults import Fault
from ngnpro_server.store import loads
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.proxy import open_proxy_database
from ngnpro_server.store.schema.proxy import location

_log = logging.getLogger("ngnpro.proxy")
# the commands of Kamailio's modules that load the tables of a topic anew
COMMANDS = {
    "domains": ("domain.reload",),
    "addresses": ("permissions.addressReload",),
    "routing": ("dialplan.reload", "drouting.reload"),
}
_PAUSES = (0.2, 1, 3, 10)
_NOT_FOUND = 404


class ProxyRefused(Exception):
    """A proxy could not be reached, or refused a command; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The SIP proxies of the platform, in the order of the configuration."""

    config: Proxy
    engine: Engine
    written: Engine

    def carry_out(self, order: Order) -> None:
        """Send the commands of an order to all proxies. Raises ``ProxyRefused``."""
        if isinstance(order, LoadTables):
            self.load(order.topic)
            return
        for address in self._registered(order):
            self._send("ul.rm", "location", address)

    def load(self, topic: str) -> None:
        """Load the tables of a topic anew, and record that, or why not. Raises ``ProxyRefused``."""
        with transaction(self.engine, write=False) as connection:
            changes = loads.count_of_changes(connection, topic)
        try:
            for command in COMMANDS[topic]:
                self._send(command)
        except ProxyRefused as error:
            with transaction(self.engine, write=True) as connection:
                loads.record_failure(connection, topic, str(error))
            raise
        with transaction(self.engine, write=True) as connection:
            loads.record_load(connection, topic, changes, utc_now())

    def _registered(self, order: DropRegistrations) -> list[str]:
        """Return the addresses whose registrations are dropped: of one account, or all that a domain has."""
        if order.username:
            return [f"{order.username}@{order.domain}"]
        with open_proxy_database(self.written) as connection:
            names = select(location.c.username).where(location.c.domain == order.domain).distinct()
            return [f"{name}@{order.domain}" for name in connection.execute(names).scalars()]

    def _send(self, method: str, *params: str) -> None:
        for url in self.config.urls:
            answer = _post(url, self.config.rpc_timeout, {"method": method, "params": params})
            error = answer.get("error")
            if error and error.get("code") != _NOT_FOUND:
                raise ProxyRefused(f"The SIP proxy at {url} refused {method}: {error.get('message')}")


class Messenger:
    """Carries out orders one after the other, in a thread that the first order starts."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, orders: Iterable[Order]) -> None:
        """Queue orders, each once; without proxies in the configuration there is nothing to do."""
        if not self._proxies.config.urls:
            return
        for order in dict.fromkeys(orders):
            self._orders.put(order)
            self._start()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="proxy messenger", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            order = self._orders.get()
            try:
                self._carry_out(order)
            except Exception:  # noqa: BLE001
                # Catch every exception, so that the thread goes on with the next order; the log has the details.
                _log.exception("%s could not be carried out", order)

    def _carry_out(self, order: Order) -> None:
        for pause in (*_PAUSES, None):
            try:
                self._proxies.carry_out(order)
            except (ProxyRefused, Fault) as error:
                if pause is None:
                    _log.error("%s was given up: %s", order, error)
                    return
                time.sleep(pause)
            else:
                return


def ask_proxy(url: str, timeout: int, method: str, *params: str) -> Any:
    """Send one command to a proxy and return its result. Raises ``ProxyRefused``."""
    answer = _post(url, timeout, {"method": method, "params": params})
    if error := answer.get("error"):
        raise ProxyRefused(f"The SIP proxy at {url} refused {method}: {error.get('message')}")
    return answer.get("result")


def _post(url: str, timeout: int, call: dict[str, Any]) -> dict[str, Any]:
    """Make a JSON-RPC call and return its answer. Raises ``ProxyRefused`` if there is none."""
    parts = urlsplit(url)
    body = json.dumps({"jsonrpc": "2.0", "id": 1} | call)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ProxyRefused(f"The SIP proxy at {url} does not answer: {error}") from error
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}
