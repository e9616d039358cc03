"""Conditions from the filters of list calls (contract: Listing)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, and_

_LAST = "\U0010ffff"


def matches(column: Column[Any], pattern: str) -> ColumnElement[bool]:
    """Match folded text: ``%`` is any run of characters, ``_`` any one, all else is literal."""
    stem, rest = pattern.rstrip("%"), pattern[len(pattern.rstrip("%")) :]
    if "%" in stem or "_" in stem or (rest and not stem):
        literal = pattern.replace("\\", "\\\\")
        return column.like(literal, escape="\\")
    if rest:
        # a range, because only that is read from an index by every database
        return and_(column >= stem, column < stem + _LAST)
    return column == pattern


def is_pattern(value: str) -> bool:
    """Tell whether a filter's text has wildcards."""
    return "%" in value or "_" in value
