"""Tests of docs/security.md and of `make audit`: its table is complete and names tests that exist."""

from __future__ import annotations

import re
import sys
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.support.audit import UNREACHABLE, unclear_licences, vulnerabilities

ROOT = Path(__file__).parents[1]
STATES = {"met", "partly", "not met", "none", "installation"}
ROWS = [line.split("|") for line in (ROOT / "docs" / "security.md").read_text().splitlines() if line.startswith("| V")]


def test_each_row_has_a_state_and_names_tests_that_exist() -> None:
    for _, numbers, state, why, tests, _ in ROWS:
        assert state.strip() in STATES, numbers
        assert why.strip(), numbers
        for name in re.findall(r"`([^`]+)`", tests):
            assert (ROOT / name).is_file(), name


def test_each_chapter_of_the_standard_is_there() -> None:
    chapters = {number for _, numbers, *_ in ROWS for number in re.findall(r"V(\d+)\.", numbers)}
    assert chapters == {str(number) for number in range(1, 18)}


@pytest.mark.django_db
def test_trace_is_not_answered(client: Client) -> None:
    answer = client.trace("/health/", headers={"X-Secret": "letmein"})
    assert "letmein" not in answer.content.decode()


class Package(Distribution):
    """A package that says this of its licence."""

    def __init__(self, **facts: str) -> None:
        self.facts = facts

    @property
    def metadata(self) -> Any:
        message = Message()
        for name, value in {"Name": "package", **self.facts}.items():
            message[name.replace("_", "-")] = value
        return message

    @property
    def name(self) -> str:
        return "package"

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: Any) -> Any:
        raise AssertionError("The check of licences reads no files of a package.")


@pytest.mark.parametrize(
    ("facts", "is_clear"),
    [
        ({"License_Expression": "MIT OR Apache-2.0"}, True),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, True),
        ({"License": "LGPL-3.0"}, True),
        ({"License": "GPL-3.0"}, False),
        ({"License_Expression": "AGPL-3.0-only"}, False),
        ({"License": "Limited use"}, False),
        ({}, False),
    ],
)
def test_licences_that_are_not_free_for_any_use_are_named(facts: dict[str, str], is_clear: bool) -> None:
    assert (unclear_licences(iter([Package(**facts)])) == []) is is_clear


@pytest.mark.parametrize(("said", "status"), [("ServiceError: Max retries", UNREACHABLE), ("1 vulnerability", 1)])
def test_an_audit_whose_source_is_away_is_no_result(tmp_path: Path, said: str, status: int) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.read()\nsys.exit({said!r})\n")
    program.chmod(0o700)
    assert vulnerabilities(program, "nothing==1\n")[0] == status
