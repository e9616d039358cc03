"""Passwords and second factors that many requests try at the same moment, on real databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.people import factors
from portal.people.password_reset.services import PER_RECIPIENT
from tests.support import needs
from tests.support.database_servers import database_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs(needs.POSTGRESQL))], scope="module"
)
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, dict[str, int]]]:
    """The outcomes of the races (``racing.py``), on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield run()
        return
    with database_server("postgresql") as server:
        server.create("portal")
        yield run(f"postgresql://ngnpro@{str(server.folder).replace('/', '%2F')}/portal")


def run(*arguments: str) -> dict[str, dict[str, int]]:
    command = [sys.executable, "-m", "tests.people.racing", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        ("a name from one source", 5),
        ("an operator's name", 5),
        ("a name from many sources", 6),
        ("many names from one source", 7),
    ],
)
def test_no_more_passwords_are_checked_at_the_sign_in_than_are_allowed(
    outcomes: dict[str, dict[str, int]], what: str, allowed: int
) -> None:
    assert outcomes[what] == {"asked": allowed, "counted": allowed, "refused": 16}


def test_no_more_passwords_are_checked_on_an_open_screen_than_are_allowed(outcomes: dict[str, dict[str, int]]) -> None:
    assert outcomes["confirmations"] == {"counted": 5, "refused": 16}


def test_no_more_guesses_are_checked_than_are_allowed(outcomes: dict[str, dict[str, int]]) -> None:
    assert outcomes["guesses"] == {"False": factors.FREE_TRIES, "paused": 16 - factors.FREE_TRIES}


def test_a_secret_is_shown_by_one_request(outcomes: dict[str, dict[str, int]]) -> None:
    assert outcomes["a secret shown once"] == {"True": 1, "False": 15}


@pytest.mark.parametrize("what", ["one code", "one recovery code"])
def test_a_code_is_used_by_one_request(outcomes: dict[str, dict[str, int]], what: str) -> None:
    assert outcomes[what]["True"] == 1


def test_a_half_session_has_no_more_tries_in_parallel(outcomes: dict[str, dict[str, int]]) -> None:
    assert outcomes["one half session"] == {"counted": factors.FREE_TRIES, "refused": 16}


def test_no_more_links_are_made_in_parallel_than_are_allowed(outcomes: dict[str, dict[str, int]]) -> None:
    assert outcomes["password links of one name"].get("True", 0) <= PER_RECIPIENT
    assert outcomes["links of one account"] == {"True": 3, "False": 13}
