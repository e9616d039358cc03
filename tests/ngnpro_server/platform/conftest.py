"""Fixtures of the telephony tests: one SIP proxy per module, on the databases of a server in this process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select

from ngnpro_server.config import Proxy as ProxySettings
from ngnpro_server.platform.install import prepare_proxy, upgrade_platform
from ngnpro_server.store.schema import sip_accounts
from tests.support.platform import Platform, make_platform
from tests.support.processes import free_port
from tests.support.server import TestServer, make_server
from tests.support.telephony.nameserver import Nameserver, nameserver
from tests.support.telephony.phones import Device, Line, device
from tests.support.telephony.proxy import GATEWAY_WAIT, Proxy, proxy


@dataclass
class Office:
    """A platform with the domain example.com, its SIP proxy, and its phones."""

    platform: Platform
    proxy: Proxy
    folder: Path
    _opened: ExitStack
    _nameserver: Nameserver | None = None
    _devices: dict[tuple[Any, ...], Device] = field(default_factory=dict)

    @property
    def nameserver(self) -> Nameserver:
        """Its DNS server."""
        assert self._nameserver is not None
        return self._nameserver

    @contextmanager
    def proxy_away(self) -> Iterator[None]:
        """Stop the processes of the proxy within the block, so that it answers nobody."""
        group = os.getpgid(self.proxy.program.process.pid)
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def sip(self, operation: str, **arguments: Any) -> Any:
        """Call an operation of the Sip port as the administrator."""
        return self.platform.call("Sip", operation, **arguments)

    def route(self, prefix: str, port: int, *rules: dict[str, Any], originator: str = "") -> None:
        """Send calls to a prefix to a new gateway at a port of this machine, and let the proxy load that."""
        name = f"{prefix}-{originator}-{port}"
        carrier = self.sip("addCarrier", carrier={"name": name, "reseller": self.platform.reseller.id})
        gateway = {"name": name, "carrier_id": carrier["id"], "ip": "127.0.0.1", "port": port, "transport": "udp"}
        added = self.sip("addGateway", gateway=gateway)
        for rule in rules:
            self.sip("addGatewayRule", rule={"gateway_id": added["id"], **rule})
        self.sip("addRoutes", routes=[{"prefix": prefix, "carrier_id": carrier["id"], "originator": originator}])
        self.proxy.load()

    def settings(self, operation: str, username: str, **arguments: Any) -> Any:
        """Call an operation on the settings of an account."""
        return self.sip(operation, sipId={"username": username, "domain": "example.com"}, **arguments)

    def account_row(self, username: str) -> Any:
        """Read an account as it is stored."""
        query = select(sip_accounts).where(sip_accounts.c.username == username)
        with self.platform.server.engine.connect() as connection:
            return connection.execute(query).mappings().one()

    def account(self, username: str, password: str = "secret", **members: Any) -> Line:
        """Add an account, and return its line."""
        self.platform.add_account(username, password=password, **members)
        return self.line(username, password)

    def line(self, username: str, password: str = "secret") -> Line:
        """Return a line without an account behind it."""
        return Line(self.folder, self.proxy.port, username, password)

    def device(self, behaviour: str = "answer", status: int = 486, *, number: int = 1) -> Device:
        """Return a phone or gateway of this behaviour, without memories; the first call starts it."""
        key = behaviour, status, number
        if key not in self._devices:
            self._devices[key] = self._opened.enter_context(device(self.folder, behaviour, status))
        self._devices[key].forget()
        return self._devices[key]

    def phone(self, username: str, behaviour: str = "answer", status: int = 486, **members: Any) -> Device:
        """Add an account with a registered phone, and return the phone."""
        line = self.account(username, **members)
        found = self.device(behaviour, status)
        assert line.register(found.port) == 200
        return found


def open_office(
    folder: Path,
    opened: ExitStack,
    *,
    with_nameserver: bool = False,
    users: tuple[str, str] = ("", ""),
    gateway_wait: int = GATEWAY_WAIT,
) -> Office:
    """Make an empty platform with a domain, and run a SIP proxy on it, and a DNS server if wanted.

    ``users`` are the names of their database users, ``gateway_wait`` is that of the proxy.
    """
    rpc_port = free_port()
    server = make_server(folder, proxy=ProxySettings(rpc_urls=f"http://127.0.0.1:{rpc_port}/RPC"))
    platform = make_platform(server)
    platform.add_domain()
    database = server.config.database
    if any(users):
        _let_in(server, *users)
    sip_user, dns_user = users
    records, written = as_user(database.url, sip_user), as_user(database.proxy_url, sip_user)
    zones = as_user(database.url, dns_user)
    dns = opened.enter_context(nameserver(folder, zones)) if with_nameserver else None
    address = dns.address if dns is not None else ""
    made = proxy(folder, records, written, rpc_port, nameserver=address, gateway_wait=gateway_wait)
    started = opened.enter_context(made)
    opened.callback(_end, server)
    return Office(platform, started, folder, opened, dns)


def _end(server: TestServer) -> None:
    """Let no thread go on commanding a proxy that has ended, and close what that has opened again."""
    server.app.finish()
    server.engine.dispose()
    server.proxy.dispose()


def as_user(url: str, user: str) -> str:
    """Return the address of a database for a database user; unchanged without one."""
    address = make_url(url)
    return (address.set(username=user) if user else address).render_as_string(hide_password=False)


def _let_in(server: TestServer, sip_user: str, dns_user: str) -> None:
    """Create the database users as an administrator does, and let `init-db` give them their rights."""
    with server.engine.begin() as connection:
        for user in (sip_user, dns_user):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {user}")
            connection.exec_driver_sql(f"CREATE ROLE {user} LOGIN")
    upgrade_platform(server.engine, sip_user, dns_user)
    prepare_proxy(server.proxy, sip_user)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A platform on SQLite with its SIP proxy, for all tests of a module."""
    with ExitStack() as opened:
        yield open_office(tmp_path_factory.mktemp("office"), opened)
