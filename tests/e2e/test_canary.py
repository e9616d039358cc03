"""The canary: passwords pass through all parts of the project and are found only where they have to be stored."""

from __future__ import annotations

import configparser
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM, REDIS, is_there
from tests.support.processes import wait_until
from tests.support.search import found_in

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

SIP, WEB, CUSTOMER, LOST, MISTYPED = (
    f"Canary{name}{secrets.token_hex(8)}" for name in ("Sip", "Web", "Customer", "Lost", "Mistyped")
)
# The contract: clients read back a customer's password. The account information contains the SIP password, only when
# the account is created. Of a web password, the portal stores a hash.
SERVER_DATABASE, MAILS = r"var/ngnpro\.sqlite3(-wal)?", r"var/mail/[\w-]+\.log"
MAY_KEEP = {
    "SOAP administrator": r"var/ngnpro\.ini",
    "customer": SERVER_DATABASE,
    "SIP": MAILS,
}


@dataclass
class Traces:
    """Traces of the walk: everything that was written, by its name, with the kinds of passwords found in it."""

    cookies: dict[str, set[str]]
    programs: dict[str, set[str]]
    files: dict[str, set[str]]


def walk(person: Person, house: LivingHouse) -> None:
    """Enter every kind of password in the portal, also while something fails."""
    person.sign_in(MISTYPED)
    person.sign_in(house.operator_password)
    person.add_domain("example.com")
    account = {"first": "Ada", "last": "Bird", "email": "ada@example.net"}
    person.add_account("ada", "example.com", **account, **{"SIP password": SIP, "Web password": WEB})
    person.open("/accounts/ada@example.com/")
    person.open("/accounts/ada@example.com/edit/")
    wait_until(lambda: any((house.var / "mail").glob("*")), "the worker delivers the mail")
    person.open("/accounts/add/?domain=example.com")
    house.stop_server()
    person.fill_account("lost", "example.com", **account, **{"SIP password": LOST, "Web password": LOST})
    person.page.get_by_role("button", name="Add account").click()
    expect(person.page.get_by_text("NGNPro does not answer").first).to_be_visible()
    house.start_server()
    with AnotherClient(house.server_url, house.config, "Customer") as another:
        another.call("addAccount", account={"username": "reed", "password": CUSTOMER, "email": "reed@example.net"})


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer | None]:
    """Redis, where it is installed; it logs every command that it receives."""
    if not is_there(REDIS):
        yield None
        return
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, redis: RedisServer | None) -> Iterator[LivingHouse]:
    settings = {"PORTAL_REDIS_URL": redis.url} if redis else {}
    with LivingHouse(tmp_path_factory.mktemp("house"), settings=settings) as house:
        yield house


@pytest.fixture(scope="module")
def traces(house: LivingHouse, redis: RedisServer | None, browser: Browser) -> Traces:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    passwords = {
        "operator": house.operator_password,
        "mistyped": MISTYPED,
        "SIP": SIP,
        "web": WEB,
        "customer": CUSTOMER,
        "lost": LOST,
        "SOAP administrator": parser["administrator"]["password"],
    }
    with ExitStack() as stack:
        contexts = [stack.enter_context(new_context(browser)) for _ in range(3)]
        operator, customer, subscriber = (
            Person(stack.enter_context(watched(context)), house.portal_url) for context in contexts
        )
        walk(operator, house)
        for person, name, password in ((customer, "reed", CUSTOMER), (subscriber, "ada@example.com", WEB)):
            person.sign_in(password, name)
            expect(person.page.get_by_role("navigation", name="Main")).to_be_visible()
        broker = redis.contents() | files(redis.folder) if redis else {}
        written = (cookies(contexts), programs(house), files(house.folder) | broker)
    return Traces(*({name: found_in(data, passwords) for name, data in where.items()} for where in written))


def cookies(contexts: list[BrowserContext]) -> dict[str, bytes]:
    return {
        f"{cookie['name']} of visitor {number}": cookie["value"].encode()
        for number, context in enumerate(contexts)
        for cookie in context.cookies()
    }


def programs(house: LivingHouse) -> dict[str, bytes]:
    """Return what users of the machine can see of the running programs: their command lines and environments."""
    found = {}
    for program in house.programs:
        for pid in program.group_members():
            for name in ("cmdline", "environ"):
                found[f"{name} of {pid}"] = Path(f"/proc/{pid}/{name}").read_bytes()
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


KINDS = ["operator", "mistyped", "SIP", "web", "customer", "lost", "SOAP administrator"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_in_no_file_but_where_the_contract_keeps_it(traces: Traces, kind: str) -> None:
    found = [name for name, kinds in traces.files.items() if kind in kinds]
    assert not [name for name in found if not re.fullmatch(MAY_KEEP.get(kind, "nowhere"), name)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_in_no_cookie_command_line_or_environment(traces: Traces, kind: str) -> None:
    assert not [name for name, kinds in {**traces.cookies, **traces.programs}.items() if kind in kinds]


def test_the_mail_at_creation_contains_the_sip_password_and_no_mail_the_web_password(traces: Traces) -> None:
    """The web password is stored as a hash, so that no mail can contain it."""
    mails = [kinds for name, kinds in traces.files.items() if re.fullmatch(MAILS, name)]
    assert {"SIP"} in mails
    assert not [kinds for kinds in mails if "web" in kinds]


def test_the_canary_looks_where_everything_is_written(traces: Traces) -> None:
    names = set(traces.files)
    assert {"server.log", "portal.log", "worker.log", "var/ngnpro.ini"} <= names
    assert {"var/portal.sqlite3", "var/ngnpro.sqlite3"} <= names
    assert any(name.startswith("var/mail/") for name in names)
    assert traces.files["var/ngnpro.ini"] == {"SOAP administrator"}
    assert {f"portal-session of visitor {number}" for number in range(3)} <= set(traces.cookies)
    assert "customer" in set().union(*traces.files.values())
    assert any(name.startswith("environ") for name in traces.programs)
    if is_there(REDIS):
        assert any(name.startswith("redis/appendonlydir/") for name in names)
        assert any(name.startswith("Redis key") for name in names)
