"""The page with the logins of the demo platform."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from ngnpro_server.seed.command import seed_platform
from portal.running.demo import write_operator
from tests.support.server import make_server

DEMO = "/demo/"


@pytest.fixture
def logins(tmp_path: Path, settings: LazySettings) -> None:
    """The files of a portal that was started with the demo platform."""
    settings.DEMO_OPERATOR, settings.DEMO_LOGINS = tmp_path / "operator.json", tmp_path / "logins.json"
    server = make_server(tmp_path)
    seed_platform(server.engine, server.app.proxy, server.config, logins=settings.DEMO_LOGINS)
    write_operator(settings.DEMO_OPERATOR, "operator", "first-password")


@pytest.mark.usefixtures("logins", "db")
def test_the_page_shows_a_login_for_each_role_on_this_machine_only(client: Client) -> None:
    page = client.get(DEMO).content.decode()
    for words in ("Operator", "first-password", "Reseller", "veldoorn", "Customer", "zonnegraan", "Subscriber", "@"):
        assert words in page
    assert 'href="/demo/"' in client.get("/session/sign-in/").content.decode()
    assert client.get(DEMO, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get(DEMO, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert 'href="/demo/"' not in client.get("/session/sign-in/", REMOTE_ADDR="192.0.2.7").content.decode()


@pytest.mark.usefixtures("logins", "db")
def test_behind_the_portals_own_proxy_there_is_no_such_page(client: Client, settings: LazySettings) -> None:
    settings.PROXIES = 1
    assert client.get(DEMO).status_code == 404


@pytest.mark.usefixtures("db")
def test_without_a_demo_platform_there_is_no_such_page(client: Client, tmp_path: Path, settings: LazySettings) -> None:
    settings.DEMO_LOGINS = tmp_path / "none.json"
    assert client.get(DEMO).status_code == 404
    assert 'href="/demo/"' not in client.get("/session/sign-in/").content.decode()
