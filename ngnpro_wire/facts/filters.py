"""Wildcards in the filters of list calls (contract: Listing).

``%`` stands for any run of characters and ``_`` for any one; a backslash before ``%``, ``_`` or a backslash makes it
mean itself.
"""

from __future__ import annotations

import re

SPECIAL = frozenset("%_\\")
_TOKEN = re.compile(r"\\([\\%_])|([%_])|(.)", re.DOTALL)


def escape_filter(text: str) -> str:
    """Write a text so that a filter takes every character of it as itself."""
    return "".join(f"\\{character}" if character in SPECIAL else character for character in text)


def filter_tokens(pattern: str) -> list[tuple[str, bool]]:
    """Split a pattern into characters, without escaping backslashes, each with whether it is a wildcard."""
    return [(escaped or wildcard or plain, bool(wildcard)) for escaped, wildcard, plain in _TOKEN.findall(pattern)]


def has_wildcards(pattern: str) -> bool:
    """Return whether a pattern has a wildcard."""
    return any(is_wildcard for _character, is_wildcard in filter_tokens(pattern))


def unescape_filter(pattern: str) -> str:
    """Return the text that a pattern without wildcards stands for."""
    return "".join(character for character, _is_wildcard in filter_tokens(pattern))
