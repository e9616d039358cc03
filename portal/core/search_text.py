"""Search text with the wildcard ``*``, for filters of NGNPro, for the portal's own database, and for texts.

There are no regular expressions, whose matching time a user could make excessive. ``begins_with`` searches the portal's
own database with LIKE, whose time every database bounds by the length of pattern and text; ``fits_pattern`` compares
two texts in one pass; ``filter_pattern`` translates ``*`` for NGNPro.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, TextField
from django.db.models.lookups import IContains

from ngnpro_wire.facts.filters import escape_filter
from portal.ngnpro import Pattern, pattern_beginning

ANYTHING = "*"
# The maximum number of ``*`` in one text, since each makes a search slower.
MOST_WILDCARDS = 8


def pattern_pieces(typed: str) -> list[str]:
    """Split a text at each run of ``*``; after the maximum number of them, the rest matches anything."""
    first, *others = typed.split(ANYTHING)
    *middle, last = [first, *(piece for piece in others[:-1] if piece), *others[-1:]]
    return [*middle, last] if len(middle) <= MOST_WILDCARDS else [*middle[:MOST_WILDCARDS], ""]


def begins_with(field: str, typed: str) -> Q:
    """Return a condition for fields that begin with a text, or match all of it if it contains ``*``; ignores case."""
    if ANYTHING not in typed:
        return Q(**{f"{field}__istartswith": typed}) if typed else Q()
    return Q(**{f"{field}__like": ANYTHING.join(pattern_pieces(typed))})


def fits_pattern(pattern: str, text: str, anything: str = ANYTHING) -> bool:
    """Return whether a whole text matches a pattern: each piece is searched once, after the previous one."""
    first, *others = pattern.split(anything)
    if not others:
        return text == pattern
    *middle, last = others
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        place = text.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return len(text) - len(last) >= place and text.endswith(last)


def filter_pattern(text: str) -> Pattern:
    """Return typed text as an NGNPro filter.

    ``*`` matches any text; without one, the filter matches what begins with the text. All other characters are literal.
    """
    typed = text.strip()
    if not typed:
        return Pattern()
    return (
        Pattern("%".join(map(escape_filter, pattern_pieces(typed)))) if ANYTHING in typed else pattern_beginning(typed)
    )


def pattern_anywhere(text: str) -> Pattern:
    """Return typed text as a filter that matches what contains it; with ``*``, as ``filter_pattern`` does."""
    typed = text.strip()
    return filter_pattern(typed if ANYTHING in typed or not typed else f"{ANYTHING}{typed}{ANYTHING}")


def exact_pattern(text: str) -> str:
    """Return typed text as a filter that matches the whole text, unless it contains ``*``."""
    return filter_pattern(text) if ANYTHING in text else text.strip()


def split_address(text: str, domain: str = "") -> tuple[str, str]:
    """Return a typed username or address as filters for user and domain; ``domain`` is used if none was typed."""
    username, at, own_domain = text.strip().removeprefix("sip:").partition("@")
    return exact_pattern(username) if at else filter_pattern(username), filter_pattern(own_domain or domain)


class Like(IContains):
    """The lookup ``field__like="a*b"``: ``*`` matches any text, everything else itself, ignoring case."""

    param_pattern = "%s"

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().process_rhs(compiler, connection)
        return sql, [str(param).replace(ANYTHING, "%") for param in params]


for _field in (CharField, TextField):
    _field.register_lookup(Like, "like")
