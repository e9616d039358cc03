"""Tests that the documentation names only files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# What a reader of "adding an entity" is asked to make, and what the programs make when they run.
MADE_LATER = re.compile(r"var/|portal/things/|templates/things/|tests/things/")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_the_documentation_names_is_there(document: Path) -> None:
    text = document.read_text()
    named = set(re.findall(r"`((?:portal|ngnpro_server|ngnpro_wire|tests|templates|static|docs|\.ci)/[\w./-]*)`", text))
    assert not [name for name in named if not MADE_LATER.match(name) and not (ROOT / name).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_the_documentation_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text())
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_has_a_reason_in_a_decision_record(file: str) -> None:
    reasons = "\n".join(path.read_text() for path in (ROOT / "docs" / "decisions").glob("*.md")).lower()
    packages = re.findall(r"(?m)^([\w-]+)(?:\[\w+\])?==", (ROOT / file).read_text())
    assert len(packages) > 5
    assert not [
        package for package in packages if package.lower().removeprefix("types-").removesuffix("-stubs") not in reasons
    ]
