"""The routing that the SIP proxy reads is the one that the portal shows: 500 calls through 25 random plans."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import carriers, gateway_rules, gateways, routes
from portal.lcr.calls import attempts_for
from portal.lcr.plan import RoutingPlan
from portal.ngnpro.records import Gateway, GatewayRule, Route
from tests.support.server import TestServer

NOW = datetime(2026, 3, 15, 12)
PREFIXES = ("", "0", "00", "0044", "00447", "0044770", "0049", "00490", "001", "44")
NUMBERS = ("004477009001", "00447700900123", "0049301", "004930901820", "0012125550100", "003312345")
CALLERS = ("ada@example.com", "bob@example.com", "carl@other.example")
ORIGINATORS = ("", "", "", "ada@example.com", "Example.com", "other.example")


@dataclass
class RandomPlan:
    """A reseller's routing, in the database and as the portal reads it."""

    connection: Connection
    reseller: int
    chance: random.Random
    gateways: list[Gateway] = field(default_factory=list)
    rules: list[GatewayRule] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        added = [self.carrier(f"carrier {number}") for number in range(3)]
        for _ in range(8):
            self.route(self.chance.choice(added))

    def insert(self, table: Table, **values: Any) -> int:
        values |= {"reseller_id": self.reseller, "change_date": NOW}
        key = self.connection.execute(table.insert().values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def carrier(self, name: str) -> int:
        added = self.insert(carriers, name=name, name_key=name)
        for number in range(self.chance.randint(0, 2)):
            self.gateway(added, f"{name} {number}")
        return added

    def gateway(self, carrier: int, name: str) -> None:
        values = {"carrier_id": carrier, "ip": self.chance.choice(["192.0.2.7", "2001:db8::7", "gw.example.net"])}
        values |= {"port": self.chance.choice([5060, 5061]), "transport": self.chance.choice(["udp", "tcp", "tls"])}
        added = self.insert(gateways, name=name, name_key=name, **values)
        self.gateways.append(Gateway(id=added, **values))
        for _ in range(self.chance.randint(0, 3)):
            self.rule(added, carrier)

    def rule(self, gateway: int, carrier: int) -> None:
        values = {
            "prefix": self.chance.choice(PREFIXES),
            "strip": self.chance.choice([0, 2, 4, 20]),
            "prepend": self.chance.choice(["", "0", "+49", "#31#"]),
            "min_length": self.chance.choice([0, 0, 9, 13]),
            "max_length": self.chance.choice([0, 0, 13, 14]),
        }
        copies = {"carrier_id": carrier, "gateway_key": "", "carrier_key": ""}
        added = self.insert(gateway_rules, gateway_id=gateway, **copies, **values)
        self.rules.append(GatewayRule(id=added, gateway_id=gateway, **values))

    def route(self, carrier: int) -> None:
        values = {"prefix": self.chance.choice(PREFIXES), "originator": self.chance.choice(ORIGINATORS)}
        values |= {"carrier_id": carrier, "priority": self.chance.randint(0, 2)}
        self.routes.append(Route(id=self.insert(routes, **values), **values))

    def shown(self, number: str, caller: str) -> list[str]:
        """Return the request URIs that the portal says the call is tried with, in order."""
        plan = RoutingPlan(gateways=tuple(self.gateways), rules=tuple(self.rules), routes=tuple(self.routes))
        return [attempt.uri for attempt in attempts_for(plan, number, caller)]

    def group(self, caller: str) -> int:
        """Return the number of the caller's group, as ``usr_preferences`` has it (test_views.py)."""
        for name in (caller, caller.partition("@")[2]):
            if ids := [route.id for route in self.routes if route.originator.lower() == name]:
                return 2 * min(ids) + 1
        return 2 * self.reseller


class Tables:
    """The views as Kamailio's drouting and dialplan modules use them."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql("SELECT groupid, prefix, gwlist FROM dr_rules").all()
        self.lists = {(int(group), prefix): [int(gw) for gw in found.split(",")] for group, prefix, found in rows}
        rows = connection.exec_driver_sql("SELECT gwid, address FROM dr_gateways").all()
        self.addresses = {int(gateway): address for gateway, address in rows}
        self.plans: dict[int, list[tuple[str, str, str]]] = {}
        query = "SELECT dpid, match_exp, subst_exp, repl_exp FROM dialplan ORDER BY dpid, pr"
        for plan, *rule in connection.exec_driver_sql(query).all():
            self.plans.setdefault(int(plan), []).append(tuple(rule))

    def tried(self, group: int, number: str) -> list[str]:
        """Return the request URIs that a call is tried with: the list of the longest prefix, each number rewritten."""
        fit = (self.lists.get((group, number[:length])) for length in range(len(number), -1, -1))
        found = next((gateways for gateways in fit if gateways), [])
        sent = [(self.rewritten(gateway, number), self.addresses[gateway]) for gateway in found]
        return [f"sip:{user}@{address}" for user, address in sent if user]

    def rewritten(self, gateway: int, number: str) -> str:
        for match, pattern, replacement in self.plans.get(gateway, ()):
            if re.search(match, number):
                return re.sub(pattern, replacement, number, count=1)
        return ""


def test_what_the_portal_shows_is_what_the_proxy_reads(server: TestServer) -> None:
    chance = random.Random(1)
    with transaction(server.engine, write=True) as connection:
        plans = [RandomPlan(connection, 100 + number, chance) for number in range(25)]
    with transaction(server.engine, write=False) as connection:
        tables = Tables(connection)
    calls = [(plan, chance.choice(NUMBERS), chance.choice(CALLERS)) for plan in plans for _ in range(20)]
    assert len(calls) == 500
    wrong = [
        (plan.reseller, number, caller)
        for plan, number, caller in calls
        if plan.shown(number, caller) != tables.tried(plan.group(caller), number)
    ]
    assert wrong == []
    assert sum(bool(plan.shown(number, caller)) for plan, number, caller in calls) > 200
