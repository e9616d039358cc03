"""Conditions from the filters of list calls (contract: Listing; docs/decisions/06-lists.md)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, and_

_LAST = "\U0010ffff"
_TOKEN = re.compile(r"\\([\\%_])|([%_])|(.)", re.DOTALL)


def matches(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Match folded text: ``%`` is any run of characters, ``_`` any one; a backslash before either makes it literal."""
    tokens = _tokens(pattern)
    wild = [index for index, (_text, is_wildcard) in enumerate(tokens) if is_wildcard]
    text = "".join(token for token, is_wildcard in tokens if not is_wildcard)
    if not wild:
        return column == text
    if text and tokens[wild[0] :] == [("%", True)] * len(wild):
        # a range, because only that is read from an index by every database
        return and_(column >= text, column < text + _LAST)
    like = "".join(token if is_wildcard else re.sub(r"([\\%_])", r"\\\1", token) for token, is_wildcard in tokens)
    return column.like(like, escape="\\")


def is_pattern(value: str) -> bool:
    """Tell whether a filter's text has wildcards."""
    return any(is_wildcard for _text, is_wildcard in _tokens(value))


def literal(value: str) -> str:
    """Give the text that a filter without wildcards means."""
    return "".join(text for text, _is_wildcard in _tokens(value))


def _tokens(pattern: str) -> list[tuple[str, bool]]:
    return [(escaped or wildcard or plain, bool(wildcard)) for escaped, wildcard, plain in _TOKEN.findall(pattern)]
