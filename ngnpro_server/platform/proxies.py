"""Commands to one SIP proxy by JSON-RPC: drop registrations, load tables anew."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from ngnpro_server.call import DropRegistrations, LoadTables, Order, utc_now
from ngnpro_server.config import Proxy
from ngnpro_server.store import loads
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.proxy import open_proxy_database
from ngnpro_server.store.schema.proxy import location
from ngnpro_wire.proxies import ADDRESSES, DOMAINS, ROUTING

# the commands of Kamailio's modules that load the tables of a topic anew
COMMANDS = {
    DOMAINS: ("domain.reload",),
    ADDRESSES: ("permissions.addressReload",),
    ROUTING: ("dialplan.reload", "drouting.reload"),
}
_NOT_FOUND = 404


class ProxyRefused(Exception):
    """A proxy could not be reached, or refused a command; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Node:
    """A SIP proxy: the address of its commands, and the seconds to wait for an answer.

    ``engine`` is the server's own database, ``written`` that of the proxy.
    """

    url: str
    timeout: int
    engine: Engine
    written: Engine

    def carry_out(self, order: Order) -> None:
        """Send the commands of an order. Raises ``ProxyRefused``."""
        if isinstance(order, LoadTables):
            self._load(order.topic)
            return
        for command in self._removals(order):
            self._send(*command)

    def _load(self, topic: str) -> None:
        """Load the tables of a topic anew, and record that, or why not. Raises ``ProxyRefused``."""
        with transaction(self.engine, write=False) as connection:
            changes = loads.count_of_changes(connection, topic)
        node = name_of(self.url)
        try:
            for command in COMMANDS[topic]:
                self._send(command)
        except ProxyRefused as error:
            with transaction(self.engine, write=True) as connection:
                loads.record_failure(connection, topic, node, str(error))
            raise
        with transaction(self.engine, write=True) as connection:
            loads.record_load(connection, topic, node, changes, utc_now())

    def _removals(self, order: DropRegistrations) -> Iterator[tuple[str, ...]]:
        """Yield the commands that drop registrations: of phones, of one account, or of all accounts of a domain."""
        if order.contacts:
            for contact in order.contacts:
                yield "ul.rm_contact", "location", f"{order.username}@{order.domain}", contact
            return
        names = [order.username] if order.username else self._registered(order.domain)
        for name in names:
            yield "ul.rm", "location", f"{name}@{order.domain}"

    def _registered(self, domain: str) -> list[str]:
        with open_proxy_database(self.written) as connection:
            names = select(location.c.username).where(location.c.domain == domain).distinct()
            return list(connection.execute(names).scalars())

    def _send(self, method: str, *params: str) -> None:
        answer = _post(self.url, self.timeout, {"method": method, "params": params})
        error = answer.get("error")
        if error and error.get("code") != _NOT_FOUND:
            raise ProxyRefused(f"The SIP proxy at {self.url} refused {method}: {error.get('message')}")


def nodes_of(config: Proxy, engine: Engine, written: Engine) -> list[Node]:
    """Return the SIP proxies of the configuration, in its order."""
    return [Node(url, config.rpc_timeout, engine, written) for url in config.urls]


def name_of(url: str) -> str:
    """Return the name by which people know a proxy: the host and port of its commands."""
    return urlsplit(url).netloc.lower()


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
