"""Tests of portal/running/own_server.py, with the real server."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from portal.running.own_server import OwnServer

pytestmark = pytest.mark.real


def test_a_new_server_wants_the_demo_platform_until_it_has_it(tmp_path: Path) -> None:
    server = OwnServer(tmp_path / "var" / "ngnpro.ini", 9200, os.environ)
    server.finish_preparing(server.begin_preparing())
    assert server.wants_demo
    # The start was interrupted here; the next one finds the configuration, and the request for the demo platform.
    server.finish_preparing(server.begin_preparing())
    assert server.wants_demo
    logins = tmp_path / "var" / "demo-logins.json"
    assert "300 accounts" in server.load_demo(logins)
    assert [login["role"] for login in json.loads(logins.read_text())] == ["reseller", "customer", "subscriber"]
    assert logins.stat().st_mode & 0o777 == 0o600
    assert not server.wants_demo


def test_an_existing_server_never_gets_the_demo_platform(tmp_path: Path) -> None:
    config = tmp_path / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = of-its-own\n")
    server = OwnServer(config, 9200, os.environ)
    server.finish_preparing(server.begin_preparing())
    assert not server.wants_demo
    assert "of-its-own" in config.read_text()


def test_an_invalid_configuration_ends_the_start_with_its_reason(tmp_path: Path) -> None:
    config = tmp_path / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = x\n[server]\ncolour = green\n")
    server = OwnServer(config, 9200, os.environ)
    with pytest.raises(SystemExit, match="colour: unknown setting"):
        server.finish_preparing(server.begin_preparing())
