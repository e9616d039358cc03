"""Rooms are declared in one place; the documented table matches, and code derived from them names no entity."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.core.management.commands.rooms import table
from portal.core.rooms import resources
from portal.domains.transfer.lines import file_kinds

ROOT = Path(__file__).resolve().parents[2]
DERIVED = [
    *sorted((ROOT / "portal" / "core").rglob("*.py")),
    *sorted((ROOT / "portal" / "journal").rglob("*.py")),
    *sorted((ROOT / "portal" / "domains" / "transfer").glob("*.py")),
]
# Rules about one kind of record that several rooms and the sign-in share; each module explains why.
ABOUT_ONE_ENTITY = {
    "portal/core/customer_names.py": {"CustomerAccount"},
    "portal/core/sip_accounts.py": {"SipAccount"},
}


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_derived_from_the_rooms_imports_no_record_of_a_room(path: Path) -> None:
    records = {one.record.__name__ for one in resources().values() if one.record}
    imported = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portal.ngnpro.records")
        for name in node.names
    }
    assert imported & records <= ABOUT_ONE_ENTITY.get(path.relative_to(ROOT).as_posix(), set())


def test_the_documented_rooms_are_those_that_are_declared() -> None:
    documented = (ROOT / "docs" / "reference" / "rooms.md").read_text().splitlines()
    assert [line for line in documented if line.startswith("|")] == list(table())


def test_records_of_a_domain_are_stored_after_what_they_need() -> None:
    assert list(file_kinds()) == ["customers", "domain", "ranges", "accounts", "aliases", "numbers"]
    assert next(part.part for part, _declared in file_kinds()["accounts"].parts) == "mailbox"
