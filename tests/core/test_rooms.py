"""Rooms are declared in one place; the documented table matches, and code derived from them names no entity."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.core.domain_files.lines import file_kinds
from portal.core.management.commands.rooms import table
from portal.core.rooms import resources

ROOT = Path(__file__).resolve().parents[2]
DERIVED = [
    *sorted((ROOT / "portal" / "core").rglob("*.py")),
    *sorted((ROOT / "portal" / "journal").rglob("*.py")),
    *sorted((ROOT / "portal" / "domains" / "transfer").glob("*.py")),
]


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_derived_from_the_rooms_imports_no_record_of_a_room(path: Path) -> None:
    records = {one.record.__name__ for one in resources().values() if one.record}
    imported = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portal.ngnpro.records")
        for name in node.names
    }
    # a module about one kind of record, which several rooms share, carries its name: customer_names, sip_accounts
    subject = path.stem.partition("_")[0].capitalize()
    assert [name for name in imported & records if not name.startswith(subject)] == []


def test_the_documented_rooms_are_those_that_are_declared() -> None:
    documented = (ROOT / "docs" / "reference" / "rooms.md").read_text().splitlines()
    assert [line for line in documented if line.startswith("|")] == list(table())


def test_records_of_a_domain_are_stored_after_what_they_need() -> None:
    assert list(file_kinds()) == ["customers", "domain", "ranges", "accounts", "aliases", "numbers"]
    assert next(part.part for part, _declared in file_kinds()["accounts"].parts) == "mailbox"
