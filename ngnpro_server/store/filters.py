"""SQL conditions from the filters of list calls (contract: Listing)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from ngnpro_wire.facts.filters import escape_filter, filter_tokens

_LAST = "\U0010ffff"


def matches(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Return the condition that a column of folded text matches a pattern (``ngnpro_wire.facts.filters``)."""
    tokens = filter_tokens(pattern)
    wild = [index for index, (_text, is_wildcard) in enumerate(tokens) if is_wildcard]
    text = "".join(token for token, is_wildcard in tokens if not is_wildcard)
    if not wild:
        return column == text
    if text and tokens[wild[0] :] == [("%", True)] * len(wild):
        # a range, because only that is read from an index by every database
        return and_(column >= text, column < text + _LAST)
    like = "".join(token if is_wildcard else escape_filter(token) for token, is_wildcard in tokens)
    return column.like(like, escape="\\")
