"""Fixtures of the cases: a platform on SQLite with one domain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.platform import Platform, copy_platform
from tests.support.server import make_server


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    platform = copy_platform(make_server(tmp_path))
    platform.add_domain("cases.example")
    return platform
