"""Rooms are declared in one place; the documented table matches, and code derived from them names no entity."""

from __future__ import annotations

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.core.domain_files.lines import file_kinds
from portal.core.file_entries import types_of
from portal.core.management.commands.rooms import table
from portal.core.rooms import journal_kinds, resources
from portal.core.viewer import Role
from portal.ngnpro.records.base import Record, shape_of

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
    assert documented == list(table())


def test_records_of_a_domain_are_stored_after_what_they_need() -> None:
    assert list(file_kinds()) == ["customers", "domain", "ranges", "accounts", "aliases", "numbers"]
    assert next(part.part for part, _declared in file_kinds()["accounts"].parts) == "mailbox"


def member_names(record: type[Record]) -> set[str]:
    """Return the names of the members of a record, and of the records inside it."""
    inner = {one for hint in types_of(record).values() for one in (hint, *typing.get_args(hint))}
    nested = [one for one in inner if isinstance(one, type) and issubclass(one, Record) and one is not record]
    return {*shape_of(record).wire_names.values()}.union(*map(member_names, nested))


KINDS = {
    *(f"{name}/{part}" if part else name for name, part in resources()),
    *(name for kind in file_kinds().values() for name in (kind.name, *(part.part for part, _declared in kind.parts))),
    *journal_kinds(),
}
# Words that are also members of records or roles; they mean a kind only where one is looked up.
OTHERS = {name for one in resources().values() if one.record for name in member_names(one.record)} | {*Role}
LOOKUPS = {"resource_of", "resources", "file_kinds"}
PAGES = tuple(f"{one.room}:" for one in resources().values())


def kinds_named_in(path: Path) -> Iterator[str]:
    """Yield the kinds of records, and pages of their rooms, that a module names as text.

    A word that is also a member or a role counts as the value of a name or an argument ``kind``, and in a lookup.
    A module about one kind of record, which several rooms share, carries its name and may name it.
    """
    subject = path.stem.partition("_")[0]
    tree = ast.parse(path.read_text())
    asked = {part for node in ast.walk(tree) if is_about_a_kind(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        word = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        is_kind = word in KINDS and (node in asked or word not in OTHERS)
        if (is_kind or word.startswith(PAGES)) and not word.startswith(subject):
            yield f"{path.relative_to(ROOT)}: {word}"


def is_about_a_kind(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg == "kind"
    if isinstance(node, ast.Assign):
        return any("kind" in ast.unparse(target).lower() for target in node.targets)
    looked_up = node.value if isinstance(node, ast.Subscript) else node.func if isinstance(node, ast.Call) else None
    return looked_up is not None and any(one.id in LOOKUPS for one in ast.walk(looked_up) if isinstance(one, ast.Name))


@pytest.mark.parametrize("package", ["core", "journal", "jobs"])
def test_code_derived_from_the_rooms_names_no_kind_of_record(package: str) -> None:
    sources = [path for path in (ROOT / "portal" / package).rglob("*.py") if "migrations" not in path.parts]
    assert len(sources) > 10
    assert [line for path in sources for line in kinds_named_in(path)] == []
