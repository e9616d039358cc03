"""Wildcards in the filters of list calls (contract: Listing).

``%`` matches any characters and ``_`` any one character; a backslash escapes ``%``, ``_`` and backslash.
"""

from __future__ import annotations

import re

SPECIAL = frozenset("%_\\")
_TOKEN = re.compile(r"\\([\\%_])|([%_])|(.)", re.DOTALL)


def escape_filter(text: str) -> str:
    """Return a text with all wildcards and backslashes escaped."""
    return "".join(f"\\{character}" if character in SPECIAL else character for character in text)


def filter_tokens(pattern: str) -> list[tuple[str, bool]]:
    """Split a pattern into pairs of a character, without its escaping backslash, and whether it is a wildcard."""
    return [(escaped or wildcard or plain, bool(wildcard)) for escaped, wildcard, plain in _TOKEN.findall(pattern)]


def has_wildcards(pattern: str) -> bool:
    """Return whether a pattern has a wildcard."""
    return any(is_wildcard for _character, is_wildcard in filter_tokens(pattern))


def unescape_filter(pattern: str) -> str:
    """Return the text that a pattern without wildcards matches."""
    return "".join(character for character, _is_wildcard in filter_tokens(pattern))
