"""The declaration of the lcr:routes room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode
from portal.ngnpro import Ngnpro, Query, Range
from portal.ngnpro.records import Route, RouteFilter


def find_route(ngnpro: Ngnpro, key: str) -> Route | None:
    """Find a route by its number; ``None`` if there is none."""
    page = ngnpro.sip.get_routes(Query(filter=RouteFilter(id=int(key)), range=Range(0, 1)))
    return next((route for route in page if route.id == int(key)), None)


ROOM = Room(
    "lcr:routes",
    pages=(
        Page("list", RESELLERS, asks="Sip.getRoutes", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Routes"), under="lcr"),),
    resources=(
        Resource(
            name="route",
            noun="Routes",
            label=_("Route"),
            record=Route,
            key=lambda record: str(record.id or ""),
            title=lambda record: record.prefix,
            read_only=frozenset({"carrier", "reseller"}),
            numbered=True,
            find=find_route,
            add=lambda ngnpro, record: ngnpro.sip.add_route(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_route(record),
            delete=lambda ngnpro, record: ngnpro.sip.delete_routes([record.id]),
            fetch=lambda ngnpro, query: ngnpro.sip.get_routes(query),
            filter=RouteFilter,
            words={
                "priority": _("Priority"),
            },
        ),
    ),
)
