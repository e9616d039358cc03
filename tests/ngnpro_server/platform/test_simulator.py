"""What the portal says of a call is what happens to it: random rule sets, and real calls through Kamailio.

CI makes 100 calls; ``make prove-routing`` makes 500, or as many as ``COUNT`` says.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from ngnpro_server.call import Call, Caller, Level, utc_now
from ngnpro_server.ports import OPERATIONS
from ngnpro_server.store.engine import transaction
from portal.lcr.decision import Decision, decide
from portal.lcr.facts import Facts
from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.records import SipId
from portal.running.platform.softphone import SipPhone
from tests.support import needs
from tests.support.processes import free_port
from tests.support.telephony.gateways import FAILING, PHONES, REFUSING, Gateways, gateways
from tests.support.telephony.worlds import Operate, RandomCall, RandomWorld
from tests.support.wsgi import wsgi_session

from .conftest import Office, open_office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO)]
COUNTRY = "31"  # COUNTRY_CODE in settings.cfg
CALLS = int(os.environ.get("ROUTING_CALLS", "100"))
BATCH = 100


@dataclass
class Proof:
    """A platform with many gateways, and a client of its server."""

    office: Office
    gateways: Gateways
    ngnpro: Ngnpro
    with_enum: bool

    def add_worlds(self, chance: random.Random, first: int, count: int) -> list[RandomCall]:
        """Add rule sets in one transaction, let the proxy load them, and register phones."""
        server = self.office.platform.server
        with transaction(server.engine, write=True) as connection:
            caller = Caller(level=Level.ADMINISTRATOR)
            call = Call(caller=caller, connection=connection, config=server.config, now=utc_now(), proxy=server.proxy)

            def operate(port: str, operation: str, **arguments: object) -> object:
                return OPERATIONS[port][operation](call, **arguments)

            made = [self.world(operate, chance, first + number) for number in range(count)]
        self.office.proxy.load()
        for address in (phone for one in made for phone in one.phones):
            phone = self.phone(address, f"sip:{address.partition('@')[0]}@{PHONES}:{self.gateways.port}")
            assert phone.register() in (200, 403)
            phone.close()
        return made

    def world(self, operate: Operate, chance: random.Random, number: int) -> RandomCall:
        return RandomWorld(operate, chance, self.gateways, number).add(with_enum=self.with_enum)

    def phone(self, account: str, contact: str = "") -> SipPhone:
        return SipPhone(("127.0.0.1", self.office.proxy.port), account, "secret", contact=contact)

    def predicted(self, call: RandomCall) -> Decision:
        """Return what the portal says of a call."""
        caller = self.ngnpro.sip.get_account(SipId.parse(call.caller))
        return decide(Facts(self.ngnpro, sees_all=True), caller, call.dialled, COUNTRY)

    def happened(self, call: RandomCall) -> tuple[int, list[str]]:
        """Make the call, and return its status and the request URIs that gateways and phones received."""
        self.gateways.received.clear()
        phone = self.phone(call.caller)
        # phones remove blanks and brackets from what is typed; `tel:` URIs are sent as they are
        dialled = (
            call.dialled if call.dialled.startswith("tel:") else "".join(c for c in call.dialled if c not in " ()/-")
        )
        if dialled.startswith("+440"):
            dialled = dialled.replace("+440", "+44")
        whole = dialled if ":" in dialled else f"sip:{dialled}@{phone.domain}"
        status = phone.call(whole)
        phone.close()
        # a gateway's 503 is passed on as 500 (RFC 3261, section 16.7)
        return 503 if status == 500 and self.gateways.received else status, list(self.gateways.received)

    def expected(self, found: Decision) -> tuple[int, list[str]]:
        """Return the status of a call that goes as predicted, and the request URIs that are received."""
        if found.status:
            return found.status, []
        received: list[str] = []
        for uri in found.sent_to:
            host = uri.partition("@")[2].partition(":")[0]
            if found.trace is None and host.endswith(".example"):
                uri = f"{uri.partition('@')[0]}@{PHONES}:{self.gateways.port}"
            received.append(uri)
            if host not in FAILING:
                return (404 if host in REFUSING else 200), received
        return 503, received


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    """A platform with a SIP proxy, gateways, and a DNS server for ENUM where there can be one."""
    folder = tmp_path_factory.mktemp("office")
    with_enum = all(needs.is_there(name) for name in (needs.POWERDNS, needs.DIG, needs.ROOT))
    with ExitStack() as opened:
        office = open_office(folder, opened, with_nameserver=with_enum, gateway_wait=30_000)
        made = opened.enter_context(gateways(folder, free_port(), free_port()))
        # this machine is a gateway, too: the proxy does not count its requests
        office.route("00999", free_port())
        if with_enum:
            office.platform.call(
                "Enum", "addRange", range={"id": {"prefix": "3120"}, "customer": office.platform.customer.id}
            )
        engine = Engine(url="http://ngnpro.test/", username="admin", password="administrators-secret")
        client = Ngnpro(engine, session=wsgi_session(office.platform.server.app))
        yield Proof(office, made, client, with_enum)


def test_calls_go_where_the_portal_says(proof: Proof) -> None:
    chance = random.Random(os.environ.get("ROUTING_SEED", "16"))
    wrong, statuses, sent = [], set(), 0
    for first in range(0, CALLS, BATCH):
        for call in proof.add_worlds(chance, first, min(BATCH, CALLS - first)):
            found = proof.predicted(call)
            expected, happened = proof.expected(found), proof.happened(call)
            statuses.add(expected[0])
            sent += bool(expected[1])
            if expected != happened or found.unknown:
                wrong.append((call, [step.text for step in found.steps], found.unknown, expected, happened))
    assert not wrong, "\n".join(map(str, wrong))
    # the cases are of all kinds
    assert {200, 403, 404, 480, 503} <= statuses
    assert sent > CALLS / 4
