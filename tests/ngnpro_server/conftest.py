"""What the server's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.platform import Platform, make_platform
from tests.support.server import TestServer, make_server


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    """A server with an empty database."""
    return make_server(tmp_path)


@pytest.fixture
def platform(server: TestServer) -> Platform:
    """A server with two resellers and three customers."""
    return make_platform(server)
