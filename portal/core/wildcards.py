"""The wildcard ``*`` in search text, without regular expressions, whose matching time a user could make excessive.

``begins`` searches the portal's own database with LIKE, whose time every database bounds by the length of pattern and
text; ``fits`` compares two texts in one pass. ``portal.core.forms.pattern`` translates ``*`` for NGNPro.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, TextField
from django.db.models.lookups import IContains

ANYTHING = "*"
# The maximum number of ``*`` in one text, since each makes a search slower.
MOST = 8


def pieces(typed: str) -> list[str]:
    """Split a text at each run of ``*``; after the maximum number of them, the rest matches anything."""
    first, *others = typed.split(ANYTHING)
    *middle, last = [first, *(piece for piece in others[:-1] if piece), *others[-1:]]
    return [*middle, last] if len(middle) <= MOST else [*middle[:MOST], ""]


def begins(field: str, typed: str) -> Q:
    """Return a condition for fields that begin with a text, or match all of it if it contains ``*``; ignores case."""
    if ANYTHING not in typed:
        return Q(**{f"{field}__istartswith": typed}) if typed else Q()
    return Q(**{f"{field}__like": ANYTHING.join(pieces(typed))})


def fits(pattern: str, text: str, anything: str = ANYTHING) -> bool:
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


class Like(IContains):
    """The lookup ``field__like="a*b"``: ``*`` matches any text, everything else itself, ignoring case."""

    param_pattern = "%s"

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().process_rhs(compiler, connection)
        return sql, [str(param).replace(ANYTHING, "%") for param in params]


for _field in (CharField, TextField):
    _field.register_lookup(Like, "like")
