"""Random rule sets, each with a call: routing, a domain, and accounts with rights, barring and diversions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.telephony.gateways import ANSWERING, FAILING, PHONES, REFUSING, Gateways

PREFIXES = ("", "0", "00", "0044", "00447", "0044770", "0049", "00490", "001", "0031")
NUMBERS = ("00447700900123", "+447700900123", "004930901820", "0012125550100", "003312345", "0201234567")
HOSTS = (*ANSWERING, *ANSWERING, *FAILING, *REFUSING)
# an operation of the server by port and name, as the administrator
Operate = Callable[..., Any]


@dataclass(frozen=True)
class RandomCall:
    """A call: who dials what. ``phones`` are the accounts that have a phone."""

    caller: str
    dialled: str
    phones: Sequence[str]


class RandomWorld:
    """Adds one rule set; names and numbers contain ``number``, so that many fit on one platform."""

    def __init__(self, operate: Operate, chance: random.Random, gateways: Gateways, number: int) -> None:
        self.operate, self.chance, self.gateways = operate, chance, gateways
        self.number, self.domain = number, f"w{number}.example"
        self.caller = f"3120{number:04}001"
        self.names = ("anna", "bert", "carl")
        self.sales = chance.choice(self.names)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def sip(self, operation: str, **arguments: Any) -> Any:
        return self.operate("Sip", operation, **arguments)

    def settings(self, operation: str, username: str, **arguments: Any) -> None:
        self.sip(operation, sipId={"username": username, "domain": self.domain}, **arguments)

    def add(self, *, with_enum: bool) -> RandomCall:
        """Add the rule set, and choose a call."""
        names = {"username": f"reseller{self.number}", "password": "resellers-secret", "resellerActive": True}
        self.reseller = self.operate("Customer", "addAccount", account=names)["id"]
        self.sip("addDomain", domain={"domain": self.domain, "customer": self.reseller})
        self.add_routing()
        self.add_caller()
        for name in self.names:
            self.add_callee(name)
        alias, target = ({"username": name, "domain": self.domain} for name in ("sales", self.sales))
        self.sip("addAlias", alias={"id": alias, "target": target})
        if with_enum:
            self.add_number()
        phones = [f"{name}@{self.domain}" for name in self.names if self.often(0.7)]
        return RandomCall(f"{self.caller}@{self.domain}", self.dialled(), phones)

    def add_routing(self) -> None:
        for index in range(3):
            name = f"carrier {self.number} {index}"
            carrier = self.sip("addCarrier", carrier={"name": name, "reseller": self.reseller})["id"]
            for place in range(self.chance.randint(0, 2)):
                self.add_gateway(carrier, f"{name} {place}")
            routes = [self.route(carrier) for _ in range(self.chance.randint(1, 4))]
            self.sip("addRoutes", routes=routes)

    def add_gateway(self, carrier: int, name: str) -> None:
        transport = self.chance.choice(["udp", "udp", "tcp", "tls"])
        port = self.gateways.tls_port if transport == "tls" else self.gateways.port
        record = {"name": name, "carrier_id": carrier, "ip": self.chance.choice(HOSTS), "port": port}
        gateway = self.sip("addGateway", gateway=record | {"transport": transport})["id"]
        for _ in range(self.chance.choice([0, 0, 1, 2, 3])):
            rule = {
                "gateway_id": gateway,
                "prefix": self.chance.choice(PREFIXES),
                "strip": self.chance.choice([0, 2, 4, 20]),
                "prepend": self.chance.choice(["", "0", "+49", "#31#"]),
                "min_length": self.chance.choice([0, 0, 9, 13]),
                "max_length": self.chance.choice([0, 0, 13, 14]),
            }
            self.sip("addGatewayRule", rule=rule)

    def route(self, carrier: int) -> dict[str, Any]:
        originators = ("", "", "", f"{self.caller}@{self.domain}", self.domain.upper(), "other.example")
        return {
            "prefix": self.chance.choice(PREFIXES),
            "carrier_id": carrier,
            "priority": self.chance.randint(0, 2),
            "originator": self.chance.choice(originators),
        }

    def account(self, username: str, groups: list[str], **members: Any) -> None:
        record = {"id": {"username": username, "domain": self.domain}, "password": "secret", "groups": groups}
        self.sip("addAccount", account=record | members)
        if members.get("prepaid") and self.often(0.5):
            self.settings("addBalance", username, value=5, description="")

    def rights(self) -> list[str]:
        """Return groups, most often the right to call out."""
        chances = (("free-pstn", 0.8), ("quota", 0.08), ("blocked", 0.06))
        return [group for group, share in chances if self.often(share)]

    def add_caller(self) -> None:
        limits = {"prepaid": self.often(0.15), "quickdialPrefix": self.caller[:8] if self.often(0.3) else ""}
        self.account(self.caller, self.rights(), **limits)
        self.bar(self.caller)

    def bar(self, username: str) -> None:
        if self.often(0.25):
            self.settings("setBarringPrefixes", username, prefixes=[self.chance.choice(["+44", "+4477", "+1", "+312"])])

    def add_callee(self, username: str) -> None:
        self.account(username, self.rights(), prepaid=self.often(0.1), timezone="Europe/Amsterdam")
        self.bar(username)
        if self.often(0.15):
            patterns = [f"sip:{self.caller}@{self.domain}", f"sip:%{self.caller[-7:]}@%", "sip:%@other.example"]
            self.settings("setRejectMembers", username, members=[self.chance.choice(patterns)])
        if self.often(0.3):
            self.settings("setAcceptRules", username, rules=self.accept_rules())
            self.add_contact(username)
        if diversions := {case: self.target(username, case) for case in ("FUNC", "FNOL", "FUNV") if self.often(0.3)}:
            self.settings("setCallDiversions", username, diversions=diversions)

    def accept_rules(self) -> dict[str, Any]:
        groups = self.chance.choice([["nobody"], ["everybody"], ["friends"], ["family", "friends"]])
        if self.often(0.4):
            return {"temporary": {"groups": groups, "duration": 600}}
        start, stop = self.chance.choice(
            [("00:00", "23:59"), ("00:00", "00:00"), ("12:00", "11:00"), ("00:10", "00:11")]
        )
        return {"persistent": [{"days": 127, "start": start, "stop": stop, "groups": groups}]}

    def add_contact(self, username: str) -> None:
        uri = self.chance.choice([f"{self.caller}@{self.domain}", f"%@{self.domain}", "somebody@other.example"])
        entry = {"uri": uri, "name": "A contact", "group": self.chance.choice(["friends", "family", "vip"])}
        self.settings("addPhonebookEntry", username, entry=entry)

    def target(self, username: str, case: str) -> str:
        """Return a target of a diversion that makes no circle, which the server would refuse.

        Calls that are all diverted go only to accounts later in ``names``.
        """
        place = self.names.index(username)
        others = self.names[place + 1 :] if case == "FUNC" else [name for name in self.names if name != username]
        inside = [*others, *(["sales"] if self.sales in others else []), "nobody"]
        addresses = [*(f"sip:{name}@{self.domain}" for name in inside), self.foreign]
        return self.chance.choice([*addresses, *(f"sip:{number}@{self.domain}" for number in NUMBERS[:4])])

    @property
    def foreign(self) -> str:
        return f"sip:visitor@{PHONES}:{self.gateways.port}"

    def add_number(self) -> None:
        addresses = [f"sip:{name}@{self.domain}" for name in (*self.names, "sales", "nobody")]
        targets = self.chance.sample([*addresses, self.foreign], 2)
        kinds = self.chance.choice([("sip", "mailto"), ("sip", "sip"), ("mailto", "mailto")])
        mappings = [
            {"type": kind, "mapto": target if kind == "sip" else "mailto:a@example.com", "priority": place + 1}
            for place, (kind, target) in enumerate(zip(kinds, targets, strict=True))
        ]
        number = {"id": {"number": self.own_number}, "mappings": mappings}
        self.operate("Enum", "addNumber", number=number)

    @property
    def own_number(self) -> str:
        return f"31209{self.number:06}"

    def dialled(self) -> str:
        own = self.own_number
        odd = [f"00{own}", f"+{own}", f"0{own[2:]}", f"tel:+{own}", "112", "nobody", "001", "(020) 123-4567"]
        spelled = ["tel:+44-7700-900.123", "+44 (0)7700 900123", "0044 7700/900123"]
        inside = [*self.names, *self.names, "sales", "999", self.foreign]
        return self.chance.choice([*NUMBERS, *NUMBERS, *odd, *spelled, *inside])
