"""Fixtures of the cases: a bare on SQLite with one domain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.platform import Platform, copy_platform
from tests.support.server import make_server


@pytest.fixture
def bare(tmp_path: Path) -> Platform:
    bare = copy_platform(make_server(tmp_path))
    bare.add_domain("cases.example")
    return bare
