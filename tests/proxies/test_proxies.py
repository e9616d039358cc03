"""Pages of what SIP proxies hold say whether it is in force; operators make them load it, and phones are signed off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from ngnpro_server.config import Proxy as ProxySettings
from tests.support.calls import write_phone
from tests.support.pages import Page
from tests.support.portal import Connect, Platform, open_platform
from tests.support.processes import wait_until
from tests.support.telephony.commands import CommandServer, command_server

pytestmark = pytest.mark.real

NOT_LOADED, IN_FORCE, UNKNOWN = "Saved, not yet loaded", "In force since", "Not known whether it is in force"
PAGES = ("/lcr/routes/", "/lcr/gateways/", "/lcr/carriers/1/", "/lcr/gateways/1/")
DEVICES = "/accounts/ada@example.com/devices/"


@pytest.fixture
def proxy() -> Iterator[CommandServer]:
    """A SIP proxy that carries out no command, and says so or not."""
    with command_server() as found:
        yield found
        found.refuses = False


@pytest.fixture
def platform(tmp_path: Path, connect: Connect, proxy: CommandServer, db: None) -> Iterator[Platform]:
    """A platform whose server tells a SIP proxy of changes."""
    yield from open_platform(tmp_path, connect, proxy=ProxySettings(rpc_urls=proxy.url))


def text(browser: Client, url: str) -> str:
    return Page(browser.get(url)).text


def add_route(platform: Platform) -> None:
    platform.add_routing("New", "0055")


def test_pages_say_whether_it_is_in_force_and_the_button_makes_the_proxies_load_it(
    world: Platform, people: dict[str, Client], proxy: CommandServer
) -> None:
    operator, reseller = people["operator"], people["reseller"]
    assert UNKNOWN in text(operator, "/lcr/routes/")
    proxy.refuses = True
    add_route(world)
    for url in PAGES:
        wait_until(lambda url=url: NOT_LOADED in text(operator, url), f"{url} says that it is not loaded")
    assert "The SIP proxy does not have the latest changes." in text(operator, "/lcr/routes/")
    wait_until(lambda: "refused" in text(operator, "/proxies/"), "the reason is told")
    assert proxy.name in text(operator, "/proxies/")
    answer = operator.post("/proxies/load/", {"topic": ["routing", "addresses"]}, follow=True)
    assert f"These SIP proxies have not loaded it yet: {proxy.name}." in Page(answer).text
    proxy.refuses = False
    answer = operator.post("/proxies/load/", {"topic": ["routing", "addresses"]}, follow=True)
    assert "All SIP proxies have loaded it: it is in force." in Page(answer).text
    for browser in (operator, reseller):
        for url in PAGES if browser is operator else PAGES[:2]:
            assert IN_FORCE in text(browser, url), url
    assert proxy.name not in text(reseller, "/proxies/")
    assert "Load now" not in text(reseller, "/proxies/")


def test_domains_and_trusted_peers_have_states_of_their_own(world: Platform, people: dict[str, Client]) -> None:
    operator = people["operator"]
    world.add_domain("new.example")
    wait_until(lambda: IN_FORCE in text(operator, "/domains/"), "the domain is loaded")
    assert IN_FORCE in text(operator, "/domains/new.example/")
    assert UNKNOWN in text(operator, "/lcr/peers/")
    # customers have domains, too, but nothing to do with the proxies
    assert "In force" not in text(people["customer"], "/domains/")


def test_only_known_topics_are_loaded(people: dict[str, Client], proxy: CommandServer) -> None:
    assert people["operator"].post("/proxies/load/", {"topic": "passwd"}).status_code == 404
    assert people["reseller"].post("/proxies/load/", {"topic": "routing"}).status_code == 404
    assert proxy.received == []


def test_what_cannot_be_read_is_not_known(world: Platform, people: dict[str, Client]) -> None:
    operator = people["operator"]
    operator.get("/lcr/routes/")
    world.refuse("getProxyLoads")
    assert UNKNOWN in text(operator, "/lcr/routes/")


def test_phones_are_signed_off_one_by_one_or_together(
    world: Platform, people: dict[str, Client], proxy: CommandServer
) -> None:
    write_phone(world, "ada@example.com", "Blink 6", contact="sip:ada@192.0.2.7:5062")
    write_phone(world, "ada@example.com", "Blink 6", contact="sip:ada@192.0.2.8:5062")
    proxy.received.clear()
    ada = people["subscriber"]
    answer = ada.post(f"{DEVICES}drop/", {"phone": "192.0.2.8:5062"}, follow=True)
    assert proxy.received == ["ul.rm_contact location ada@example.com sip:ada@192.0.2.8:5062"]
    # this proxy forgets nothing, and the page does not claim that it does
    assert "Still signed in: 192.0.2.8:5062." in Page(answer).text
    people["operator"].post(f"{DEVICES}drop/")
    assert proxy.received[1:] == ["ul.rm location ada@example.com"]
    assert people["another subscriber"].post(f"{DEVICES}drop/").status_code == 404
    assert people["another customer"].post(f"{DEVICES}drop/").status_code == 404
    assert people["read-only operator"].post(f"{DEVICES}drop/").status_code == 403
    assert len(proxy.received) == 2


class TestOnServersWithoutProxies:
    """What only our server does is not shown elsewhere."""

    @pytest.fixture
    def platform(self, tmp_path: Path, connect: Connect, db: None) -> Iterator[Platform]:
        """A server that tells no SIP proxies of changes."""
        yield from open_platform(tmp_path, connect)

    def test_nothing_is_shown_and_nothing_is_called(self, world: Platform, people: dict[str, Client]) -> None:
        operator = people["operator"]
        write_phone(world, "ada@example.com", "Blink 6")
        assert "SIP proxies" not in text(operator, "/lcr/routes/")
        assert "Sign off" not in text(operator, DEVICES)
        assert "getProxyLoads" not in world.calls
        assert "There is nothing to load" in text(operator, "/proxies/")
        answer = operator.post(f"{DEVICES}drop/")
        assert "This platform does not offer it." in Page(answer).text
