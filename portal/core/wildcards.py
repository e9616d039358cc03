"""``*`` in what people look for, without regular expressions: those of a stranger can take hours to find nothing.

``begins`` searches the portal's own database with LIKE, whose time every database bounds by the length of pattern and
text; ``fits`` compares two texts in one pass. How ``*`` is written for NGNPro: ``portal.core.forms.pattern``.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, TextField
from django.db.models.lookups import IContains

ANYTHING = "*"
# So many ``*`` are allowed in one text; nobody needs more, and each makes a search slower.
MOST = 8


def pieces(typed: str) -> list[str]:
    """Cut at each run of ``*``; after the last that is allowed, everything is "anything"."""
    first, *others = typed.split(ANYTHING)
    *middle, last = [first, *(piece for piece in others[:-1] if piece), *others[-1:]]
    return [*middle, last] if len(middle) <= MOST else [*middle[:MOST], ""]


def begins(field: str, typed: str) -> Q:
    """Find what begins with a text; ``*`` stands for anything, and then the whole has to match, in any case."""
    if ANYTHING not in typed:
        return Q(**{f"{field}__istartswith": typed}) if typed else Q()
    return Q(**{f"{field}__like": ANYTHING.join(pieces(typed))})


def fits(pattern: str, text: str, anything: str = ANYTHING) -> bool:
    """Tell whether a text is as a pattern says: each piece is looked for once, behind the one before."""
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
    """``field__like="a*b"``: ``*`` is any run of characters, everything else is itself, in any case."""

    param_pattern = "%s"

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().process_rhs(compiler, connection)
        return sql, [str(param).replace(ANYTHING, "%") for param in params]


for _field in (CharField, TextField):
    _field.register_lookup(Like, "like")
