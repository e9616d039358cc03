"""The seeded platforms, each created once."""

from __future__ import annotations

from datetime import datetime

import pytest

from ngnpro_server.seed.command import seed_platform
from tests.support.server import TestServer, make_server

NOW = datetime(2026, 3, 2, 9, 30)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> TestServer:
    """The demo platform; tests only read it."""
    server = make_server(tmp_path_factory.mktemp("demo"), clock=lambda: NOW)
    seed_platform(server.engine, server.app.proxy, server.config, clock=lambda: NOW)
    return server


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> TestServer:
    """A platform of 2,000 accounts; tests only read it."""
    server = make_server(tmp_path_factory.mktemp("large"), clock=lambda: NOW)
    seed_platform(server.engine, server.app.proxy, server.config, accounts=2000, clock=lambda: NOW)
    return server
