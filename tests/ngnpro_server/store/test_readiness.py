"""Tests of ngnpro_server/store/readiness.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.readiness import free_megabytes, why_not_ready
from tests.support.server import TestServer, request


def test_a_database_that_can_be_written_to_is_ready(server: TestServer) -> None:
    assert why_not_ready(server.engine, 1) == ""
    assert request(server.app, "GET", "/ready")[2] == b"The server is ready.\n"


@pytest.mark.databases("sqlite")
def test_a_database_that_another_process_keeps_locked_is_not_ready(server: TestServer) -> None:
    with transaction(server.engine, write=True):
        assert "cannot be written to" in why_not_ready(server.engine, 1)
    assert why_not_ready(server.engine, 1) == ""


@pytest.mark.databases("sqlite")
def test_a_disk_that_is_almost_full_is_not_ready(server: TestServer, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free // 1_000_000
    assert free_megabytes(server.engine) == pytest.approx(free, abs=1000)
    reason = why_not_ready(server.engine, free + 100_000)
    assert reason.startswith("The disk of the database has ")
    assert reason.endswith(f" MB left; it should have {free + 100_000} MB.")
