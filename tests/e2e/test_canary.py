"""The canary: passwords go through the whole house, and are found nowhere but where they have to be kept."""

from __future__ import annotations

import configparser
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM
from tests.support.processes import wait_until
from tests.support.search import finds

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

SIP, WEB, LOST, MISTYPED = (f"Canary{name}{secrets.token_hex(8)}" for name in ("Sip", "Web", "Lost", "Mistyped"))
# The contract: a web password is a property of the account, which clients read to check it.
MAY_KEEP = {"SOAP administrator": {"ngnpro.ini"}, "web": {"ngnpro.sqlite3", "ngnpro.sqlite3-wal"}}


@dataclass
class Traces:
    """What the walk left behind: the passwords by what they are for, and all that was written."""

    passwords: dict[str, str]
    cookies: str
    programs: dict[str, bytes]
    files: dict[str, bytes]


def walk(person: Person, house: LivingHouse) -> None:
    """Give every kind of password to the portal, also at times when something goes wrong."""
    person.sign_in(MISTYPED)
    person.sign_in(house.operator_password)
    person.add_domain("example.com")
    account = {"first": "Ada", "last": "Bird", "email": "ada@example.net"}
    person.add_account("ada", "example.com", **account, **{"SIP password": SIP, "Web password": WEB})
    person.open("/accounts/ada@example.com/")
    person.open("/accounts/ada@example.com/edit/")
    wait_until(lambda: any((house.var / "mail").iterdir()), "the worker delivers the mail")
    person.open("/accounts/add/?domain=example.com")
    house.stop_server()
    person.fill_account("lost", "example.com", **account, **{"SIP password": LOST, "Web password": LOST})
    person.page.get_by_role("button", name="Add account").click()
    expect(person.page.get_by_text("NGNPro does not answer").first).to_be_visible()
    house.start_server()


@pytest.fixture(scope="module")
def traces(house: LivingHouse, browser: Browser) -> Iterator[Traces]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    passwords = {
        "operator": house.operator_password,
        "mistyped": MISTYPED,
        "SIP": SIP,
        "web": WEB,
        "lost": LOST,
        "SOAP administrator": parser["administrator"]["password"],
    }
    with new_context(browser) as context, watched(context) as page:
        walk(Person(page, house.portal_url), house)
        yield Traces(passwords, cookies(context), programs(house), files(house.folder))


def cookies(context: BrowserContext) -> str:
    return json.dumps(context.cookies())


def programs(house: LivingHouse) -> dict[str, bytes]:
    """What any user of the machine, or its owner, sees of the running programs: their words and environments."""
    found = {}
    for program in house.programs:
        for pid in program.group_members():
            for name in ("cmdline", "environ"):
                found[f"{name} of {pid}"] = Path(f"/proc/{pid}/{name}").read_bytes()
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


KINDS = ["operator", "mistyped", "SIP", "web", "lost", "SOAP administrator"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_in_no_file_but_where_the_contract_keeps_it(traces: Traces, kind: str) -> None:
    found = {name for name, data in traces.files.items() if finds(traces.passwords[kind], data)}
    assert {Path(name).name for name in found} <= MAY_KEEP.get(kind, set())


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_in_no_cookie(traces: Traces, kind: str) -> None:
    assert not finds(traces.passwords[kind], traces.cookies.encode())


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_in_no_command_line_or_environment(traces: Traces, kind: str) -> None:
    assert not [name for name, data in traces.programs.items() if finds(traces.passwords[kind], data)]


def test_the_canary_looks_where_everything_is_written(traces: Traces) -> None:
    names = set(traces.files)
    assert {"server.log", "portal.log", "worker.log", "var/ngnpro.ini"} <= names
    assert {"var/portal.sqlite3", "var/ngnpro.sqlite3"} <= names
    assert any(name.startswith("var/mail/") for name in names)
    assert "portal-session" in traces.cookies
    assert traces.programs
