"""A small platform for the server's tests: two resellers and their customers; and a check of refusals by fault code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server.store.schema import count_changes, counts
from ngnpro_wire.codec import WireFault
from ngnpro_wire.facts.fault_codes import FaultCode

from .rows import Rows, put_back, read_all
from .server import Auth, TestServer


@dataclass(frozen=True)
class Party:
    """A customer with their id and credentials."""

    id: int
    auth: Auth


@dataclass(frozen=True)
class Platform:
    """``customer`` and ``sibling`` belong to ``reseller``; ``stranger`` belongs to ``rival``, another reseller."""

    server: TestServer
    reseller: Party
    customer: Party
    sibling: Party
    rival: Party
    stranger: Party

    def call(self, port: str, operation: str, auth: Auth | None = None, /, **arguments: Any) -> Any:
        """Call an operation, as the administrator unless ``auth`` says otherwise."""
        return self.server.call(port, operation, auth, **arguments)

    def add_domain(self, domain: str = "example.com", customer: Party | None = None, **members: Any) -> Any:
        """Add a domain, for ``customer`` unless another party is named."""
        holder = (customer or self.customer).id
        return self.call("Sip", "addDomain", domain={"domain": domain, "customer": holder} | members)

    def add_account(self, username: str = "alice", domain: str = "example.com", **members: Any) -> Any:
        """Add a SIP account."""
        account = {"id": {"username": username, "domain": domain}, "password": "secret"}
        return self.call("Sip", "addAccount", account=account | members)

    def account(self, username: str = "alice", domain: str = "example.com") -> Any:
        """Read a SIP account."""
        return self.call("Sip", "getAccount", sipId={"username": username, "domain": domain})

    def grant(self, party: Party, **properties: Any) -> None:
        """Set properties of a customer."""
        given = [{"name": name, "value": str(value)} for name, value in properties.items()]
        self.call("Customer", "setProperties", customer=party.id, properties=given)


def make_platform(server: TestServer) -> Platform:
    """Add the parties to an empty server."""
    reseller = add_party(server, "reseller", resellerActive=True)
    rival = add_party(server, "rival", resellerActive=True)
    return Platform(
        server=server,
        reseller=reseller,
        customer=add_party(server, "customer", reseller=reseller.id),
        sibling=add_party(server, "sibling", reseller=reseller.id),
        rival=rival,
        stranger=add_party(server, "stranger", reseller=rival.id),
    )


def copy_platform(server: TestServer) -> Platform:
    """Return the same platform as ``make_platform``; its rows are copied from the first one that this function made."""
    if not _first:
        _first.append((make_platform(server), read_all(server.engine)))
        return replace(_first[0][0], server=server)
    platform, rows = _first[0]
    put_back(server.engine, rows)
    return replace(platform, server=server)


_first: list[tuple[Platform, Rows]] = []


def add_party(server: TestServer, username: str, **members: Any) -> Party:
    """Add a customer; without ``reseller`` the new customer is a reseller."""
    account = {"username": username, "password": f"{username}-secret"} | members
    added = server.call("Customer", "addAccount", account=account)
    return Party(added["id"], {"username": username, "password": account["password"], "admin": False})


def kept_numbers(server: TestServer) -> dict[tuple[str, ...], int]:
    """Read the record counts that the server maintains, by kind, scope and key."""
    sums: Counter[tuple[str, ...]] = Counter()
    with server.engine.connect() as connection:
        for table, column in ((counts, counts.c.number), (count_changes, count_changes.c.change)):
            for row in connection.execute(select(table.c.kind, table.c.scope, table.c.key, column)):
                sums[tuple(row[:3])] += row[3]
    return {key: number for key, number in sums.items() if number}


@contextmanager
def refused(code: FaultCode, field: str = "") -> Iterator[pytest.ExceptionInfo[WireFault]]:
    """Expect a refusal with this fault code; for an invalid value, also check that it names this field."""
    with pytest.raises(WireFault) as caught:
        yield caught
    assert caught.value.code == code, caught.value
    if field:
        assert caught.value.text.startswith(f"{field}: "), caught.value
