"""A complete portal for tests: our NGNPro server in this process, called with zeep, and signed-in browsers."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from ngnpro_server.call import Call, Caller, Level, utc_now
from ngnpro_server.ports import OPERATIONS
from ngnpro_server.store.engine import transaction
from portal.core import servers
from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.client import GATES
from portal.ngnpro.engines import Engines
from portal.ngnpro.gate import Gate
from portal.ngnpro.records import (
    Carrier,
    CustomerAccount,
    CustomerProperty,
    DnsFancyRecord,
    DnsRecord,
    DnsZone,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    EnumRangeId,
    Gateway,
    GatewayRule,
    Route,
    SipAccount,
    SipAlias,
    SipDomain,
    SipId,
    TrustedPeer,
    VoucherBatch,
)
from portal.people.operators.models import Operator
from tests.support.fault_injection import FaultInjection
from tests.support.server import TestServer, make_server
from tests.support.wsgi import WsgiAdapter, wsgi_session

URL = "http://ngnpro.test/"
PASSWORD = "correct-horse-battery"
CUSTOMER = {
    "password": "secret-of-customer",
    "first_name": "Ada",
    "last_name": "Byron",
    "tel": "+31201234567",
    "address": "Quay 1",
    "postcode": "1011",
    "city": "Amsterdam",
    "state": "N/A",
    "country": "NL",
    "timezone": "Europe/Amsterdam",
}
ACCOUNT = {
    "first_name": "Ada",
    "last_name": "Byron",
    "timezone": "Europe/London",
    "password": "a-secret-of-ada",
}


@dataclass
class Platform(FaultInjection):
    """The server, and a client of it with all rights; ``calls`` lists the operations that the portal called.

    The methods of ``FaultInjection`` disturb the calls.
    """

    server: TestServer
    ngnpro: Ngnpro
    adapter: WsgiAdapter

    @property
    def calls(self) -> list[str]:
        return [operation_of(request) for request in self.adapter.requests]

    def forget_calls(self) -> None:
        self.adapter.requests.clear()

    def mend(self) -> None:
        """End all disturbances, and let the next call through."""
        super().mend()
        self.ngnpro.gate._circuits.clear()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Suspend the disturbances, and forget the calls that are made meanwhile."""
        disturbed, calls = self.adapter.app, len(self.adapter.requests)
        self.adapter.app = self._undisturbed or disturbed
        self.ngnpro.gate._circuits.clear()
        yield
        self.adapter.app = disturbed
        del self.adapter.requests[calls:]

    def add_customer(self, organization: str = "Harbour Clinic", **values: Any) -> CustomerAccount:
        username = organization.lower().replace(" ", ".")
        named = {"username": username, "organization": organization, "email": f"{username}@example.com"}
        return self.ngnpro.customers.add_account(CustomerAccount(**{**CUSTOMER, **named, **values}))

    def add_domain(self, domain: str = "example.com", **values: Any) -> SipDomain:
        return self.ngnpro.sip.add_domain(SipDomain(domain=domain, **values))

    def add_account(self, address: str = "ada@example.com", **values: Any) -> SipAccount:
        return self.ngnpro.sip.add_account(
            SipAccount(id=SipId.parse(address), **{**ACCOUNT, "email": address, **values})
        )

    def add_number(self, number: str, address: str, customer: int = 0) -> EnumNumber:
        """Add a number that points to an account, and its range: all but its last four digits."""
        prefix = EnumRangeId(prefix=number[:-4])
        digits = {"min_digits": len(number), "max_digits": len(number)}
        self.ngnpro.enum.add_range(EnumRange(id=prefix, customer=customer, **digits))
        mapping = EnumMapping(mapto=f"sip:{address}")
        return self.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=number), owner=customer, mappings=(mapping,)))

    def add_routing(self, name: str, prefix: str, reseller: int = 0) -> Carrier:
        """Add a carrier with a gateway, a rule and a route, and a trusted peer; the reseller may use them."""
        sip = self.ngnpro.sip
        if reseller:
            right = CustomerProperty(name="pstn_access", value="1")
            self.ngnpro.customers.set_properties(reseller, [right])
        carrier = sip.add_carrier(Carrier(name=name, reseller=reseller))
        host = f"192.0.2.{10 + carrier.id}"
        gateway = sip.add_gateway(Gateway(name=f"{name}-1", carrier_id=carrier.id, ip=host))
        sip.add_gateway_rule(GatewayRule(gateway_id=gateway.id, prefix="00", strip=2, prepend="+"))
        sip.add_routes([Route(prefix=prefix, carrier_id=carrier.id, priority=1)])
        sip.add_trusted_peer(TrustedPeer(ip=host, description=name, customer=reseller))
        return carrier

    def add_many(self, port: str, operation: str, arguments: Iterable[dict[str, Any]]) -> None:
        """Run an operation of the server for each of the arguments, in one transaction and without SOAP."""
        server = self.server
        with transaction(server.engine, write=True) as connection:
            call = Call(
                caller=Caller(level=Level.ADMINISTRATOR), connection=connection, config=server.config, now=utc_now()
            )
            for named in arguments:
                OPERATIONS[port][operation](call, **named)

    def account(self, address: str = "ada@example.com") -> SipAccount:
        return self.ngnpro.sip.get_account(SipId.parse(address))


def operation_of(request: requests.PreparedRequest) -> str:
    """Return the name of the operation that a SOAP request calls."""
    body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
    return body.partition(b"Body>")[2].partition(b":")[2].partition(b" ")[0].partition(b">")[0].decode().strip("/")


class Connect(Protocol):
    """Connects the portal to these gates only; the first one's engine is the default."""

    def __call__(self, *gates: Gate) -> None: ...


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect the portal to other NGNPro servers until the test ends."""
    with ExitStack() as stack:

        def connect(*gates: Gate) -> None:
            stack.enter_context(GATES.using(*gates))
            known = {gate.engine.name: gate.engine for gate in gates}
            stack.enter_context(servers.using_engines(Engines(known, gates[0].engine.name)))

        yield connect


@pytest.fixture
def platform(tmp_path: Path, connect: Connect, db: None) -> Iterator[Platform]:
    """Start a fresh NGNPro server in this process, and connect the portal to it."""
    yield from open_platform(tmp_path, connect)


def open_platform(tmp_path: Path, connect: Connect, **sections: Any) -> Iterator[Platform]:
    """Yield a fresh NGNPro server, to which the portal is connected; ``sections`` are those of its configuration."""
    server = make_server(tmp_path, **sections)
    login = server.config.administrator
    engine = Engine(url=URL, username=login.username, password=login.password)
    session = wsgi_session(server.app)
    connect(Gate(engine, session))
    cache.clear()
    adapter = session.get_adapter(URL)
    assert isinstance(adapter, WsgiAdapter)
    yield Platform(server, Ngnpro(engine), adapter)
    cache.clear()


@pytest.fixture
def world(platform: Platform, tmp_path: Path) -> Platform:
    """A platform with two resellers; each has a customer, and the customer has a domain with one account.

    The records are copied as database files, or added by calls where another fixture has used the platform before.
    """
    if platform.calls:
        _add_world(platform)
        return platform
    for file in _world_files().iterdir():
        shutil.copy(file, tmp_path)
    return platform


@functools.cache
def _world_files() -> Path:
    """Add the records of ``world`` once per process, and return the folder of the database files."""
    folder = Path(tempfile.mkdtemp(prefix="ngnpro-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = make_server(folder)
    session = wsgi_session(server.app)
    login = server.config.administrator
    engine = Engine(url=URL, username=login.username, password=login.password)
    adapter = session.get_adapter(URL)
    assert isinstance(adapter, WsgiAdapter)
    _add_world(Platform(server, Ngnpro(engine, session=session), adapter))
    server.engine.dispose()
    server.proxy.dispose()
    return folder


def _add_world(platform: Platform) -> None:
    for reseller, customer, domain, account, numbers in (
        ("Meridian", "Harbour", "example.com", "ada@example.com", "3120800"),
        ("Lindenfunk", "Oakline", "other.example", "bob@other.example", "4930900"),
    ):
        top = platform.add_customer(reseller, reseller_active=True)
        below = platform.add_customer(customer, reseller=top.id)
        platform.add_domain(domain, customer=below.id, reseller=top.id)
        platform.add_account(account, owner=below.id)
        front = SipAlias(id=SipId.parse(f"front@{domain}"), target=SipId.parse(account), owner=below.id)
        platform.ngnpro.sip.add_alias(front)
        platform.add_number(numbers + "5169", account, customer=below.id)
        dns = platform.ngnpro.dns
        dns.add_zone(DnsZone(name=domain, customer=below.id))
        dns.add_record(DnsRecord(zone=domain, name="www", type="A", value="192.0.2.1"))
        dns.add_fancy_record(DnsFancyRecord(zone=domain, name="info", type="MBOXFW", value=account))
        platform.add_routing(reseller, f"00{numbers[:2]}", top.id)
        platform.ngnpro.watch.add_voucher_batch(VoucherBatch(name="spring", value=5.0, count=2, reseller=top.id))


@pytest.fixture
def people(world: Platform, operator: Operator) -> dict[str, Client]:
    """A signed-in browser for every role, e.g. ``reseller``, and one that is not signed in, ``anonymous``."""
    Operator.objects.create_user("looker", PASSWORD, may_change=False)
    secret, account_secret = CUSTOMER["password"], ACCOUNT["password"]
    logins = {
        "operator": ("ines", PASSWORD),
        "read-only operator": ("looker", PASSWORD),
        "reseller": ("meridian", secret),
        "customer": ("harbour", secret),
        "another reseller": ("lindenfunk", secret),
        "another customer": ("oakline", secret),
        "subscriber": ("ada@example.com", account_secret),
        "another subscriber": ("bob@other.example", account_secret),
    }
    return People(world, logins)


class People(dict[str, Client]):
    """Browsers by role; each signs in when it is first used, because signing all of them in takes longer than a test.

    Signing in works during outages that the test simulates, and its calls are not recorded.
    """

    def __init__(self, platform: Platform, logins: dict[str, tuple[str, str]]) -> None:
        super().__init__(anonymous=Client())
        self._platform = platform
        self._logins = logins

    def __missing__(self, person: str) -> Client:
        with self._platform.undisturbed():
            self[person] = signed_in(*self._logins[person])
        return self[person]


def signed_in(name: str, password: str) -> Client:
    """Sign in on the sign-in page."""
    browser = Client()
    answer = browser.post("/session/sign-in/", {"username": name, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return browser


@pytest.fixture
def operator(db: None) -> Operator:
    """An operator with all rights."""
    return Operator.objects.create_user("ines", PASSWORD, name="Ines Okafor")


@pytest.fixture
def browser(client: Client, operator: Operator) -> Client:
    """A browser in which the operator is signed in."""
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client
