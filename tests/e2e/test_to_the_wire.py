"""From a click in the browser to the wire: phones register and calls go where the portal has just been told.

Everything is real: the browser, the portal, its NGNPro server, the SIP proxy and the DNS server of the examples, and
phones and gateways made of sipp.
"""

from __future__ import annotations

import email
import email.policy
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ngnpro_server.config import load_config
from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support import needs
from tests.support.another_client import AnotherClient
from tests.support.browser import new_context, watched
from tests.support.processes import ROOT, free_port, wait_until
from tests.support.telephony.encrypted import EncryptedPhone
from tests.support.telephony.nameserver import Nameserver, nameserver
from tests.support.telephony.phones import Device, Line, device
from tests.support.telephony.proxy import Proxy, proxy

PROGRAMS = (needs.CHROMIUM, needs.KAMAILIO, needs.SIPP, needs.POWERDNS, needs.DIG, needs.ROOT)
pytestmark = [pytest.mark.real, pytest.mark.needs(*PROGRAMS)]

PASSWORD = "a long enough passphrase"
# a call of one or two seconds costs 1.25
PRICES = "prefix,destination,per_minute,connect_fee,increment,currency\n49,Germany,1,0.25,60,EUR\n"
ZONE_OF_NUMBER = "9.6.1.5.0.0.8.0.2.1.3.e164.arpa"


class WiredHouse(LivingHouse):
    """A house whose NGNPro server tells a SIP proxy of changes."""

    rpc_port: int

    def start_server(self) -> None:
        if not hasattr(self, "rpc_port"):
            self.rpc_port = free_port()
            with self.config.open("a") as config:
                config.write(f"\n[proxy]\nrpc_urls = http://127.0.0.1:{self.rpc_port}/RPC\n")
        super().start_server()


@dataclass
class Wire:
    """What is on the wire: the SIP proxy, the DNS server, and a folder for phones."""

    folder: Path
    proxy: Proxy
    nameserver: Nameserver
    phones: ExitStack

    def line(self, username: str, password: str = PASSWORD) -> Line:
        """Return the line of an account of example.com."""
        return Line(self.folder, self.proxy.port, username, password)

    def phone(self, username: str) -> Device:
        """Return a phone that answers and is registered with an account."""
        found = self.gateway()
        assert self.line(username).register(found.port) == 200
        return found

    def gateway(self) -> Device:
        """Return a gateway that answers."""
        return self.phones.enter_context(device(self.folder))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WiredHouse]:
    with WiredHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def wire(house: WiredHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The SIP proxy and the DNS server, on the databases of the house."""
    folder, database = tmp_path_factory.mktemp("wire"), load_config(house.config, {}).database
    with ExitStack() as stack:
        dns = stack.enter_context(nameserver(folder, database.url))
        running = proxy(folder, database.url, database.proxy_url, house.rpc_port, nameserver=dns.address)
        yield Wire(folder, stack.enter_context(running), dns, stack)


@pytest.fixture(scope="module")
def operator(browser: Browser, house: WiredHouse, wire: Wire) -> Iterator[Person]:
    """The operator, who has added the domain example.com, which the SIP proxy serves by now."""
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        person.add_domain("example.com")
        in_force(person, "/domains/")
        yield person


def in_force(person: Person, page: str) -> None:
    """Wait until a page says that its records are in force."""

    def is_shown() -> bool:
        person.open(page)
        return "In force since" in person.page.locator("main").inner_text()

    wait_until(is_shown, f"{page} says that it is in force")


def add(person: Person, username: str, *, may_call_numbers: bool = False) -> None:
    """Add an account, and let it call telephone numbers if wanted."""
    secrets = {"SIP password": PASSWORD}
    person.add_account(username, "example.com", first="A", last="B", email="a@example.net", **secrets)
    if may_call_numbers:
        person.open(f"/accounts/{username}@example.com/groups/")
        row = person.page.get_by_role("row").filter(has_text="free-pstn")
        row.get_by_role("button").click()
        person.page.get_by_text("now.").first.wait_for()


def save(person: Person, page: str, button: str, **values: str) -> None:
    """Open a page, fill in its fields by their names, and press a button."""
    person.open(page)
    for name, value in values.items():
        person.page.locator(f"#id_{name}").fill(value)
    person.page.get_by_role("button", name=button, exact=True).click()
    person.page.wait_for_load_state()


def test_an_account_registers_as_soon_as_it_is_added_and_no_more_once_it_is_blocked(
    operator: Person, wire: Wire
) -> None:
    add(operator, "anna")
    devices = "/accounts/anna@example.com/devices/"
    # no second attempt: what was saved is in force at once
    assert wire.line("anna").register() == 200
    assert EncryptedPhone(wire.proxy.tls_port, "anna").register(PASSWORD) == [401, 200]
    assert wire.line("anna", "another passphrase").register() == 401
    operator.open(devices)
    expect(operator.page.get_by_text("127.0.0.1:9")).to_have_count(2)
    expect(operator.page.get_by_text("TLS", exact=True)).to_be_visible()

    operator.page.get_by_role("button", name="Sign all off").click()
    expect(operator.page.get_by_role("heading", name="No phone is online")).to_be_visible()
    assert wire.line("anna").register() == 200

    operator.open("/accounts/anna@example.com/passwords/")
    operator.page.get_by_role("button", name="Generate a new SIP password").click()
    password = operator.page.locator("#password").inner_text()
    wait_until(lambda: shows(operator, devices, "No phone is online"), "the phone with the old password is dropped")
    assert wire.line("anna").register() == 401
    assert wire.line("anna", password).register() == 200

    operator.open("/accounts/anna@example.com/")
    operator.page.get_by_role("button", name="More actions").click()
    operator.page.get_by_role("button", name="Block", exact=True).first.click()
    operator.page.get_by_text("is blocked").first.wait_for()
    wait_until(lambda: shows(operator, devices, "No phone is online"), "the phone of the blocked account is dropped")
    assert wire.line("anna", password).register() == 403


def shows(person: Person, page: str, text: str) -> bool:
    person.open(page)
    return text in person.page.locator("main").inner_text()


def test_calls_follow_aliases_diversions_and_numbers_and_are_listed(
    operator: Person, wire: Wire, house: WiredHouse
) -> None:
    for username in ("bert", "carl", "caller"):
        add(operator, username)
    bert, carl, caller = wire.phone("bert"), wire.phone("carl"), wire.line("caller")

    save(operator, "/aliases/add/", "Add alias", alias="sales@example.com", target="bert@example.com")
    assert caller.call("sales@example.com", talk=1300) == 200
    assert bert.received() == [f"sip:bert@127.0.0.1:{bert.port}"]

    save(operator, "/enum/ranges/add/", "Add range", prefix="3120800")
    save(operator, "/enum/numbers/add/", "Add number", number="+31 20 800 5169", mapto_0="bert@example.com")
    assert wire.nameserver.dig(ZONE_OF_NUMBER, "NAPTR") == [
        '3600 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:bert@example.com!" .'
    ]
    expect(operator.page.locator(".rr").first).to_have_text(wire.nameserver.dig(ZONE_OF_NUMBER, "NAPTR")[0])
    bert.forget()
    assert caller.call("0031208005169@example.com") == 200
    assert bert.received() == [f"sip:bert@127.0.0.1:{bert.port}"]

    operator.open("/accounts/bert@example.com/diversions/")
    operator.page.locator("#id_func").select_option("other")
    operator.page.locator("#id_func_other").fill("carl@example.com")
    operator.page.get_by_role("button", name="Save forwarding").click()
    operator.page.wait_for_load_state()
    bert.forget()
    assert caller.call("bert@example.com") == 200
    assert (bert.received(), carl.received()) == ([], [f"sip:carl@127.0.0.1:{carl.port}"])

    with AnotherClient(house.server_url, house.config) as another:
        sip_id, query = {"username": "caller", "domain": "example.com"}, {"placed": {"limit": 10}}
        wait_until(lambda: len(another.call("getCalls", sipId=sip_id, query=query)["placed"]) == 3, "calls are listed")
        oldest = another.call("getCalls", sipId=sip_id, query=query)["placed"][-1]
    assert oldest["toURI"] == "sip:bert@example.com"
    assert oldest["duration"] in (1, 2)
    operator.open("/accounts/caller@example.com/calls/")
    rows = operator.page.get_by_role("row").filter(has_text="bert@example.com")
    expect(rows.filter(has_text=re.compile("0:0[12]"))).to_have_count(1)


def test_a_route_sends_calls_to_its_gateway_with_the_number_rewritten_until_they_are_barred(
    operator: Person, wire: Wire
) -> None:
    add(operator, "rosa", may_call_numbers=True)
    rosa, gateway, number = wire.line("rosa"), wire.gateway(), "00447700900123@example.com"
    assert rosa.call(number) == 503
    added = {"carrier_name": "First", "gateway_name": "first", "ip": "127.0.0.1", "prefix": "0044"}
    rewriting = {"rule_prefix": "0044", "strip": "2", "prepend": "9"}
    values = added | rewriting | {"port": str(gateway.port), "priority": "2"}
    save(operator, "/lcr/routes/guided/", "Add the route", **values)
    in_force(operator, "/lcr/routes/")
    assert rosa.call(number) == 200
    assert gateway.received() == [f"sip:9447700900123@127.0.0.1:{gateway.port}"]

    gateway.forget()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
        dead.bind(("127.0.0.1", 0))
        before = {"carrier_name": "Dead", "gateway_name": "dead", "priority": "1", "port": str(dead.getsockname()[1])}
        save(operator, "/lcr/routes/guided/", "Add the route", **added | before)
        in_force(operator, "/lcr/gateways/")
        assert rosa.call(number) == 200
        assert dead.recv(65536).startswith(b"INVITE sip:00447700900123@127.0.0.1")
    assert gateway.received() == [f"sip:9447700900123@127.0.0.1:{gateway.port}"]

    save(operator, "/accounts/rosa@example.com/edit/?more=1", "Save", call_limit="1")
    with rosa.talking(number):
        assert rosa.call(number) == 486

    save(operator, "/accounts/rosa@example.com/barring/", "Save barring", prefixes="0044")
    # another number, because the gateway may write down late that it received the call before
    assert rosa.call("00447700900124@example.com") == 403
    assert not [uri for uri in gateway.received() if "900124" in uri]


def test_a_call_has_a_duration_and_a_price_and_no_more_calls_follow_once_the_quota_is_used_up(
    operator: Person, wire: Wire, house: WiredHouse
) -> None:
    prices = wire.folder / "prices.csv"
    prices.write_text(PRICES)
    subprocess.run(house.own_server.command("import-prices", str(prices)), check=True, cwd=ROOT)
    save(operator, "/operators/add/", "Add operator", username="ines", email="ines@example.net")
    add(operator, "quinn", may_call_numbers=True)
    save(operator, "/accounts/quinn@example.com/edit/", "Save", quota="1")
    gateway = wire.gateway()
    route = {"carrier_name": "Quota", "gateway_name": "quota", "ip": "127.0.0.1", "prefix": "0049"}
    save(operator, "/lcr/routes/guided/", "Add the route", **route | {"port": str(gateway.port), "priority": "1"})
    in_force(operator, "/lcr/routes/")
    quinn, number = wire.line("quinn"), "004930123456@example.com"
    assert quinn.call(number, talk=1300) == 200
    calls = "/accounts/quinn@example.com/calls/"
    wait_until(lambda: shows(operator, calls, "1.25"), "the server has rated the call")
    row = operator.page.get_by_role("row").filter(has_text="004930123456")
    expect(row.filter(has_text=re.compile("0:0[12]")).filter(has_text="1.25")).to_have_count(1)
    with AnotherClient(house.server_url, house.config) as another:
        sip_id, query = {"username": "quinn", "domain": "example.com"}, {"placed": {"limit": 10}}
        [call] = another.call("getCalls", sipId=sip_id, query=query)["placed"]
    assert (call["status"], call["price"]) == (200, 1.25)
    assert call["duration"] in (1, 2)

    gateway.forget()
    assert quinn.call(number) == 403
    assert gateway.received() == []
    # the worker does so every minute by itself
    house.manage("shell", "-c", "from portal.watch.tasks import tell_of_alarms; tell_of_alarms.delay()")
    wait_until(lambda: is_mailed(house, "a@example.net", "Spent this month: 1.25"), "the account is mailed")
    wait_until(lambda: is_mailed(house, "ines@example.net", "have reached its quota of 1."), "the operator is mailed")


def is_mailed(house: WiredHouse, recipient: str, words: str) -> bool:
    """Return whether the worker has sent a mail with these words to an address."""
    for path in (house.var / "mail").glob("*.log"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        if mail["To"] == recipient and body and words in body.get_content():
            return True
    return False
