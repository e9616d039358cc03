"""Tests of plug-ins: the example package is installed into a portal and used, and others are refused in clear words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from portal.core.rooms import rooms
from portal.core.tables import Column, Table
from portal.customers.properties.choices import KNOWN, PropertyGroup, add_property_group
from portal.lcr.lint.checks import add_check
from portal.lcr.lint.ranges import ranges_that_overlap
from portal.plugins import rooms_of_plugins
from tests.support.processes import House

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[1]
USE = """
import json
from django.core.management import call_command
from django.test import Client
from portal.core import servers
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import CustomerAccount
from tests.support.pages import fill
from tests.support.portal import CUSTOMER

call_command("makemigrations", "newcomers", check=True, dry_run=True, verbosity=0)
browser = Client(HTTP_HOST="localhost")
seen = {"signed in": browser.post("/session/sign-in/", {"username": "operator", "password": PASSWORD}).status_code}
seen["domain"] = browser.post("/domains/add/", {"domain": "new.example"}).status_code
account = {"username": "ada", "domain": "new.example", "first_name": "Ada", "last_name": "Byron",
           "email": "ada@mail.example", "password": "correct-horse-battery", "timezone": "Europe/London", "quota": "0"}
seen["account"] = browser.post("/accounts/add/", account).status_code
seen["page"] = browser.get("/newcomers/").content.decode()
seen["menu"] = 'href="/newcomers/"' in browser.get("/domains/").content.decode()
seen["columns"] = browser.get("/accounts/").content.decode()
seen["mails"] = list(OutboxMessage.objects.order_by("kind").values_list("kind", "recipient"))
engine = servers.engine("")
ngnpro = Ngnpro(engine, engine.credentials())
customer = ngnpro.customers.add_account(CustomerAccount(username="quay", email="mia@mail.example", **CUSTOMER))
edit = f"/customers/{customer.id}/properties/edit/"
seen["wrong hours"] = fill(browser, edit, {"property-welcome_hours": "all day"}).content.decode()
seen["hours"] = fill(browser, edit, {"property-welcome_hours": "09:00-17:30"}).status_code
seen["properties"] = browser.get(f"/customers/{customer.id}/properties/").content.decode()
browser.post("/lcr/carriers/add/", {"name": "Nordkom"})
host = {"carrier_id": "1", "ip": "192.0.2.7", "port": "5060", "transport": "udp"}
for name in ("north", "south"):
    browser.post("/lcr/gateways/add/", {"name": name, **host})
seen["lint"] = browser.get("/lcr/lint/").content.decode()
seen["nobody"] = Client(HTTP_HOST="localhost").get("/newcomers/").status_code
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the example package is installed."""
    target = tmp_path_factory.mktemp("packages")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "install", *options, "--target", target, ROOT / "examples" / "plugin"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return target


def test_the_example_package_adds_a_room_a_step_a_column_a_mail_a_property_and_a_check(
    packages: Path, tmp_path: Path
) -> None:
    house = House(tmp_path)
    password = house.prepare()
    house.settings["PYTHONPATH"] = str(packages)
    house.manage("prepare")  # creates the table of the plug-in
    with house.server():
        script = f"PASSWORD = {password!r}\n{USE}"
        seen = json.loads(house.manage("shell", "--no-imports", "-c", script).splitlines()[-1])
    assert (seen["signed in"], seen["domain"], seen["account"]) == (302, 302, 302)
    assert "ada@new.example" in seen["page"]
    assert "Added by" in seen["page"]
    assert seen["menu"]
    assert 'value="person"' in seen["columns"]
    assert ["first-steps", "ada@mail.example"] in seen["mails"]
    assert "Write hours such as 09:00-17:30." in seen["wrong hours"]
    assert seen["hours"] == 200
    assert "Welcome calls" in seen["properties"]
    assert "09:00-17:30" in seen["properties"]
    assert "It is the same host as north" in seen["lint"]
    assert seen["nobody"] in (302, 404)


def install(folder: Path, value: str, code: str | None, name: str = "theirs") -> None:
    """Write a package with an entry point into a folder, as pip leaves it there."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[ngnpro_portal.rooms]\n{name} = {value}\n")
    if code is not None:
        (folder / f"{value}.py").write_text(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("PORTAL_INTERFACE = 99", "is for version 99 of the portal's plug-in interface, but this portal has version 1"),
        ("", "is for version None of the portal's plug-in interface"),
        (None, "cannot be imported"),
    ],
)
def test_a_plug_in_that_does_not_fit_stops_the_start_with_a_sentence(
    tmp_path: Path, code: str | None, message: str
) -> None:
    install(tmp_path, "their_plug_in", code)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PORTAL_VAR": str(tmp_path / "var")}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("A setting is wrong: The plug-in 'theirs' of the package theirs ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_plug_ins_are_loaded_in_the_order_of_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("second", "first"):
        (tmp_path / name).mkdir()
        install(tmp_path / name, f"plug_in_{name}", "PORTAL_INTERFACE = 1", name)
        monkeypatch.syspath_prepend(str(tmp_path / name))
    assert rooms_of_plugins() == ["plug_in_first", "plug_in_second"]


def test_two_rooms_of_the_same_name_are_refused(settings: LazySettings) -> None:
    settings.ROOMS = ["portal.lists", "portal.overview", "portal.lists"]
    with pytest.raises(ImproperlyConfigured, match="Several rooms have the name 'lists'"):
        rooms.__wrapped__()


def test_a_column_cannot_be_added_twice() -> None:
    class Words(Table[str]):
        columns = (Column("word", "Word"),)

    Words.add_column(Column("length", "Length"), len)
    assert Words.cell_length("three") == 5  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="has a column 'length' already"):
        Words.add_column(Column("length", "Length"), len)


def test_a_property_and_a_check_cannot_be_added_twice() -> None:
    with pytest.raises(ValueError, match="There is a property 'sip_credit' already"):
        add_property_group(PropertyGroup("Limits", (KNOWN["sip_credit"],)))
    with pytest.raises(ValueError, match="The check ranges_that_overlap was added already"):
        add_check(ranges_that_overlap)
