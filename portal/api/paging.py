"""Lists of the API, page by page, without gaps or repetitions while records are added and deleted.

NGNPro lists by offset. A cursor therefore contains the keys of the last records of a page as well, and the next page
begins behind the first of them that is found: at its old place, or wherever it has moved. Lists are in the order of
keys, so that an edit does not move a record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from portal.core.resources import require_declared
from portal.jobs.objects.catalog import Kind
from portal.ngnpro import Ngnpro, OrderBy, Query, Range

from .problems import Problem

MOST, USUAL = 200, 50
SALT = "portal.api.paging"
# How many of the last keys a cursor has, so that it can be continued if some of these records are deleted.
KEYS = 5
WINDOW = 500


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list: the number of all records, those of the page, and the cursor of the next page, if any."""

    total: int
    items: tuple[Any, ...]
    cursor: str


def read_page(ngnpro: Ngnpro, kind: Kind, conditions: Any, limit: int, cursor: str) -> ListPage:
    """Return the page of a list that a cursor names, or the first; raises ``Problem`` for an unusable cursor."""
    lister = _Lister(ngnpro, kind, conditions)
    about = _about(kind, conditions)
    keys: list[str] = []
    if not cursor:
        start, found = 0, lister.fetch(0, limit)
    else:
        end, keys = _read_cursor(cursor, about)
        start, found = lister.after(end, keys, limit)
    items = found.items[:limit]
    end = start + len(items)
    more = ""
    if items and end < found.total:
        last = [*(kind.key_of(record) for record in reversed(items[-KEYS:])), *keys][:KEYS]
        more = signing.dumps([end, last, about], salt=SALT, compress=True)
    return ListPage(found.total, items, more)


def _about(kind: Kind, conditions: Any) -> str:
    """Return a text that identifies a list, so that its cursor is not used for another."""
    return f"{kind.resource.name} {conditions!r}"


def _read_cursor(cursor: str, about: str) -> tuple[int, list[str]]:
    try:
        end, keys, was_about = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, json.JSONDecodeError, ValueError) as error:
        raise Problem(422, _("This cursor is not valid. Begin again without one.")) from error
    if was_about != about:
        raise Problem(422, _("This cursor belongs to a list with another filter. Begin again without one."))
    return end, keys


class _Lister:
    """Fetches windows of one list."""

    def __init__(self, ngnpro: Ngnpro, kind: Kind, conditions: Any) -> None:
        self._ngnpro = ngnpro
        self._kind = kind
        self._conditions = conditions

    def fetch(self, start: int, count: int) -> Any:
        order = self._kind.resource.key_order
        query = Query(filter=self._conditions, order_by=OrderBy(order) if order else None, range=Range(start, count))
        return require_declared(self._kind.resource.fetch)(self._ngnpro, query)

    def after(self, end: int, keys: Sequence[str], limit: int) -> tuple[int, Any]:
        """Return the records behind the last ones of a page, which ended at ``end``, and where they begin."""
        found = self.fetch(end - 1, limit + 1)
        if found.items and self._kind.key_of(found.items[0]) == keys[0]:
            return end, _without_first(found)
        start = self._search(keys)
        if start is None and end <= len(keys):
            start = 0  # all records before this page are gone
        if start is None:
            words = _("The list has changed too much since the page before. Begin again without a cursor.")
            raise Problem(410, words)
        return start, self.fetch(start, limit)

    def _search(self, keys: Sequence[str]) -> int | None:
        """Return the place behind the last of these records that is still in the list; ``None`` if none is."""
        places: dict[str, int] = {}
        start, total = 0, 1
        while start < total:
            window = self.fetch(start, WINDOW)
            places |= {self._kind.key_of(record): start + at for at, record in enumerate(window.items)}
            if keys[0] in places or not window.items:
                break
            start, total = start + len(window.items), window.total
        return next((places[key] + 1 for key in keys if key in places), None)


def _without_first(page: Any) -> Any:
    return type(page)(page.total, page.items[1:])
