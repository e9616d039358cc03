"""Wildcards in filters: two characters, and a backslash that escapes them."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from ngnpro_server.store.paging import matches_pattern

NAMES = ["ann", "anna", "a_n", "a%n", r"a\n", "bob", "a_nn"]
table = Table("names", MetaData(), Column("name", String))


def found(pattern: str) -> set[str]:
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"name": name} for name in NAMES])
        rows = connection.execute(select(table.c.name).where(matches_pattern(table.c.name, pattern))).scalars().all()
    engine.dispose()
    return set(rows)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("ann", {"ann"}),
        ("ann%", {"ann", "anna"}),
        ("a_n", {"ann", "a_n", "a%n", r"a\n"}),
        ("%n", {"ann", "a_n", "a%n", r"a\n", "a_nn"}),
        (r"a\_n", {"a_n"}),
        (r"a\_n%", {"a_n", "a_nn"}),
        (r"a\%n", {"a%n"}),
        (r"a\n", {r"a\n"}),
        (r"a\\n", {r"a\n"}),
        (r"%\%%", {"a%n"}),
        ("a%\\", set()),
    ],
)
def test_wildcards_match_and_everything_else_is_itself(pattern: str, names: set[str]) -> None:
    assert found(pattern) == names
