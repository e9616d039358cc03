"""The declaration of the gateways room: its pages, its line in the menu, and the gateway as a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import delete_action, set_action
from portal.core.dependents import Dependents, count_records
from portal.core.resources import HITS, Resource, Search, SearchHit, SearchResult, first_found
from portal.core.rooms import ALWAYS, RESELLERS, Menu, Needs, Page, Room
from portal.core.search_text import pattern_anywhere
from portal.lcr.fields import MOST_NAMES, TRANSPORTS, CarrierField
from portal.lcr.plan import CARRIER_BY_NAME, find_by_number, name_with_number, peers_with_host, routes_to_carrier
from portal.ngnpro import Ngnpro, Query, Range
from portal.ngnpro.records import Gateway, GatewayFilter, GatewayRuleFilter

# The beginning of an IP address or of the name of a host.
_HOST = re.compile(r"(?:[0-9A-Fa-f]{1,4}|[0-9A-Za-z-]{1,63})[.:][0-9A-Za-z.:-]{0,200}", re.ASCII)


def rules_of_gateway(ngnpro: Ngnpro, gateway: Gateway) -> Iterator[Dependents]:
    """Count the rules that have to be deleted before a gateway."""
    rules = count_records(ngnpro.sip.get_gateway_rules, GatewayRuleFilter(gateway_id=gateway.id))
    yield Dependents(rules, gettext("Gateway rules"), f"{reverse('lcr:rules:list')}?gateway={gateway.id}")


def affected_by_gateway(ngnpro: Ngnpro, gateway: Gateway) -> Iterator[Dependents]:
    """Count the routes to the carrier if the gateway is its only one, and the trusted peer with the gateway's host."""
    gateways = count_records(ngnpro.sip.get_gateways, GatewayFilter(carrier_id=gateway.carrier_id))
    if gateways is None or gateways <= 1:
        routes, url = routes_to_carrier(ngnpro, gateway.carrier_id)
        words = {"carrier": name_with_number(gateway.carrier, gateway.carrier_id)}
        label = gettext("Routes to %(carrier)s, which has no other gateway") % words
        yield Dependents(None if gateways is None else routes, label, url, gettext("They will take no calls."))
    yield from peers_with_host(ngnpro, gateway.ip)


def search_gateways(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search gateways by any part of their names, else by the beginning of their hosts, among the first thousand.

    NGNPro has no condition for hosts, so they are compared here, and only with a text that may begin one.
    """
    page = first_found(ngnpro.sip.get_gateways, [GatewayFilter(name=pattern_anywhere(wanted))], "name")
    total, found = page.total, list(page)
    if not found and _HOST.fullmatch(wanted):
        window: Query[GatewayFilter] = Query(range=Range(0, MOST_NAMES))
        found = [one for one in ngnpro.sip.get_gateways(window) if one.ip.lower().startswith(wanted.lower())]
        total = len(found)
    return total, [_hit(one) for one in found[: HITS.count]]


def _hit(found: Gateway) -> SearchHit:
    return SearchHit(reverse("lcr:gateways:detail", args=[found.id]), found.name, found.ip)


GATEWAYS = Resource(
    name="gateway",
    noun="Gateway",
    label=_("Gateway"),
    record=Gateway,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.name,
    read_only=frozenset({"carrier", "reseller"}),
    numbered=True,
    find=lambda ngnpro, key: find_by_number(ngnpro.sip.find_gateway, key),
    find_like=lambda ngnpro, sent: ngnpro.sip.iter_gateways(GatewayFilter(name=sent.name, carrier_id=sent.carrier_id)),
    add=lambda ngnpro, record: ngnpro.sip.add_gateway(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_gateway(record),
    delete=lambda ngnpro, record: ngnpro.sip.delete_gateway(record.id),
    fetch=lambda ngnpro, query: ngnpro.sip.get_gateways(query),
    filter=GatewayFilter,
    key_order="name",
    references=(CARRIER_BY_NAME,),
    columns=("id", "name", "carrier_id", "carrier", "ip", "port", "transport", "reseller", "changeDate"),
    used_by=rules_of_gateway,
    stays=affected_by_gateway,
    words={"port": _("Port"), "transport": _("Transport")},
    search=Search("lcr:gateways:list", _("Gateways"), "server", search_gateways),
    actions=(
        set_action("carrier_id", _("Change the carrier"), CarrierField(required=True)),
        set_action(
            "port",
            _("Set the port"),
            forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, help_text=_("1 to 65535.")),
        ),
        set_action("transport", _("Set the transport"), forms.ChoiceField(label=_("Transport"), choices=TRANSPORTS)),
        delete_action(rules_of_gateway),
    ),
)

ROOM = Room(
    "lcr:gateways",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "GatewayList", RESELLERS, asks="Sip.getGateways"),
        Page("detail", "<int:gateway>/", "GatewayDetail", RESELLERS, asks="Sip.getGateways"),
        Page("add", "add/", "GatewayAdd", RESELLERS, asks="Sip.addGateway", writes=ALWAYS),
        Page("edit", "<int:gateway>/edit/", "GatewayEdit", RESELLERS, asks="Sip.updateGateway", writes=ALWAYS),
        Page("delete", "<int:gateway>/delete/", "GatewayDelete", RESELLERS, asks="Sip.deleteGateway", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Gateways"), under="lcr"),),
    resources=(GATEWAYS,),
)
