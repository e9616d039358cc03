"""Sip port: routes, which are added, replaced and deleted several at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ... import errors
from ...lost import LostAnswerVerdict, after_update, is_like
from ...query import OrderBy, Query, Range, RecordPage
from ...records.lcr import Route, RouteFilter
from ..base import PAGE_SIZE, Sip, iterate_records


class Routes(Sip):
    """Calls for routes; each call changes all of its routes or none."""

    def add_routes(self, routes: Sequence[Route]) -> None:
        """Add routes; the server assigns the ids."""
        self._write("addRoutes", self._all_routes, lambda found: _how_many(routes, found), routes=routes)

    def add_route(self, route: Route) -> Route | None:
        """Add one route and return it as stored, with its id.

        The call returns nothing, so the newest route with the same values is looked up. Returns ``None`` if the route
        was added but could not be looked up.
        """
        self.add_routes([route])
        conditions = RouteFilter(prefix=route.prefix, carrier_id=route.carrier_id)
        try:
            found = tuple(self.iter_routes(conditions, page_size=1000))
        except errors.NgnproError:
            return None
        return max((one for one in found if _is_like(one, route)), key=lambda one: one.id, default=None)

    def update_route(self, route: Route) -> None:
        """Replace one route by id; ``ChangedMeanwhile`` if it was changed since it was read."""
        look, judge = partial(self.find_route, route.id), partial(after_update, route)
        self._overwrite("updateRoutes", route, look, judge, routes=[route])

    def find_route(self, route: int) -> Route | None:
        """Return one route by id, or ``None``; it is searched in the list of routes."""
        page = self.get_routes(Query(filter=RouteFilter(id=route), range=Range(0, 1)))
        return next((found for found in page.items if found.id == route), None)

    def update_routes(self, routes: Sequence[Route]) -> None:
        """Replace routes by id without comparing them with what was read; ``Missing`` if one does not exist."""
        self._write("updateRoutes", self._all_routes, lambda found: _how_many(routes, found), routes=routes)

    def delete_routes(self, routes: Iterable[int]) -> None:
        """Delete routes by id; ``Missing`` if one does not exist."""
        wanted = frozenset(routes)

        def judge(found: tuple[Route, ...]) -> LostAnswerVerdict:
            left = sum(route.id in wanted for route in found)
            return _verdict(len(wanted) - left, len(wanted))

        keys = [{"id": route} for route in sorted(wanted)]
        self._write("deleteRoutes", self._all_routes, judge, routes=keys)

    def get_routes(self, query: Query[RouteFilter] | None = None) -> RecordPage[Route]:
        """List routes; sorted by ``changeDate``, ``prefix``, ``originator``, ``carrier_id`` or ``priority``."""
        return self._page("getRoutes", "routes", Route, query)

    def iter_routes(
        self, conditions: RouteFilter | None = None, order_by: OrderBy | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[Route]:
        """Yield every route that meets the conditions, page by page."""
        return iterate_records(self.get_routes, conditions, order_by or OrderBy("prefix"), page_size)

    def _all_routes(self) -> tuple[Route, ...]:
        return tuple(self.iter_routes(page_size=1000))


def _is_like(one: Route, other: Route) -> bool:
    """Return whether two routes have the same prefix, originator, carrier and priority."""
    mine, others = ((it.prefix, it.originator.strip().casefold(), it.carrier_id, it.priority) for it in (one, other))
    return mine == others


def _how_many(wanted: Sequence[Route], found: tuple[Route, ...]) -> LostAnswerVerdict:
    stored = sum(any(is_like(route, other) for other in found) for route in wanted)
    return _verdict(stored, len(wanted))


def _verdict(done: int, wanted: int) -> LostAnswerVerdict:
    if done == wanted:
        return LostAnswerVerdict.DONE
    return LostAnswerVerdict.UNKNOWN if done else LostAnswerVerdict.NOT_DONE
