"""The declaration of the routes room: its pages, its line in the menu, and the route as a resource."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import delete_action, set_action
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, RESELLERS, Menu, Needs, Page, Room
from portal.lcr.fields import MOST_PRIORITY, CarrierField
from portal.lcr.plan import CARRIER_BY_NAME, find_by_number
from portal.ngnpro.lost import all_like
from portal.ngnpro.records import Route, RouteFilter

ROUTES = Resource(
    name="route",
    noun="Routes",
    label=_("Route"),
    record=Route,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.prefix,
    read_only=frozenset({"carrier", "reseller"}),
    numbered=True,
    find=lambda ngnpro, key: find_by_number(ngnpro.sip.find_route, key),
    find_like=lambda ngnpro, sent: all_like(
        sent, ngnpro.sip.iter_routes(RouteFilter(prefix=sent.prefix, carrier_id=sent.carrier_id))
    ),
    add=lambda ngnpro, record: ngnpro.sip.add_route(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_route(record),
    delete=lambda ngnpro, record: ngnpro.sip.delete_routes([record.id]),
    fetch=lambda ngnpro, query: ngnpro.sip.get_routes(query),
    filter=RouteFilter,
    key_order="prefix",
    references=(CARRIER_BY_NAME,),
    columns=("id", "prefix", "originator", "carrier_id", "carrier", "priority", "reseller", "changeDate"),
    words={"priority": _("Priority")},
    actions=(
        set_action(
            "priority",
            _("Set the priority"),
            forms.IntegerField(
                label=_("Priority"),
                min_value=0,
                max_value=MOST_PRIORITY,
                help_text=_("Among routes with the same prefix the lowest is tried first."),
            ),
        ),
        set_action("carrier_id", _("Change the carrier"), CarrierField(required=True)),
        delete_action(),
    ),
)

ROOM = Room(
    "lcr:routes",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "RouteList", RESELLERS, asks="Sip.getRoutes"),
        Page("add", "add/", "RouteAdd", RESELLERS, asks="Sip.addRoutes", writes=ALWAYS),
        Page("guided", "guided/", "GuidedAdd", RESELLERS, asks="Sip.addRoutes", writes=ALWAYS),
        Page("edit", "<int:route>/edit/", "RouteEdit", RESELLERS, asks="Sip.updateRoutes", writes=ALWAYS),
        Page("delete", "<int:route>/delete/", "RouteDelete", RESELLERS, asks="Sip.deleteRoutes", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Routes"), under="lcr"),),
    resources=(ROUTES,),
)
