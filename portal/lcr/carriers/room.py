"""The declaration of the carriers room: its pages, its line in the menu, and the carrier as a resource."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import delete_action
from portal.core.dependents import Dependents, count_records
from portal.core.resources import OwnedRecords, Resource, Search, SearchHit, SearchResult, first_found
from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, FieldRule, Menu, Needs, Page, Room
from portal.core.search_text import pattern_anywhere
from portal.lcr.plan import find_by_number, routes_to_carrier
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import Carrier, CarrierFilter, GatewayFilter


def users_of_carrier(ngnpro: Ngnpro, carrier: Carrier) -> Iterator[Dependents]:
    """Count what has to be deleted before a carrier: its gateways and the routes to it."""
    gateways = count_records(ngnpro.sip.get_gateways, GatewayFilter(carrier_id=carrier.id))
    yield Dependents(gateways, gettext("Gateways"), f"{reverse('lcr:gateways:list')}?carrier={carrier.id}")
    routes, url = routes_to_carrier(ngnpro, carrier.id)
    yield Dependents(routes, gettext("Routes"), url)


def search_carriers(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search carriers by any part of their names."""
    page = first_found(ngnpro.sip.get_carriers, [CarrierFilter(name=pattern_anywhere(wanted))], "name")
    return page.total, (SearchHit(reverse("lcr:carriers:detail", args=[one.id]), one.name) for one in page)


CARRIERS = Resource(
    name="carrier",
    noun="Carrier",
    label=_("Carrier"),
    record=Carrier,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.name,
    numbered=True,
    find=lambda ngnpro, key: find_by_number(ngnpro.sip.find_carrier, key),
    find_like=lambda ngnpro, sent: ngnpro.sip.iter_carriers(CarrierFilter(name=sent.name, reseller=sent.reseller)),
    add=lambda ngnpro, record: ngnpro.sip.add_carrier(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_carrier(record),
    delete=lambda ngnpro, record: ngnpro.sip.delete_carrier(record.id),
    fetch=lambda ngnpro, query: ngnpro.sip.get_carriers(query),
    filter=CarrierFilter,
    key_order="name",
    columns=("id", "name", "reseller", "changeDate"),
    used_by=users_of_carrier,
    search=Search("lcr:carriers:list", _("Carriers"), "route", search_carriers),
    owned=OwnedRecords("carriers", _("Carriers")),
    actions=(delete_action(users_of_carrier),),
)

ROOM = Room(
    "lcr:carriers",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "CarrierList", RESELLERS, asks="Sip.getCarriers"),
        Page("detail", "<int:carrier>/", "CarrierDetail", RESELLERS, asks="Sip.getCarriers"),
        Page("add", "add/", "CarrierAdd", RESELLERS, asks="Sip.addCarrier", writes=ALWAYS),
        Page("edit", "<int:carrier>/edit/", "CarrierEdit", RESELLERS, asks="Sip.updateCarrier", writes=ALWAYS),
        Page("delete", "<int:carrier>/delete/", "CarrierDelete", RESELLERS, asks="Sip.deleteCarrier", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Carriers"), under="lcr"),),
    fields={"reseller": FieldRule(OPERATORS)},
    resources=(CARRIERS,),
)
