"""The declaration of the lcr:gateways room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode
from portal.ngnpro.records import Gateway, GatewayFilter

ROOM = Room(
    "lcr:gateways",
    pages=(
        Page("list", RESELLERS, asks="Sip.getGateways", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getGateways", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Gateways"), under="lcr"),),
    resources=(
        Resource(
            name="gateway",
            noun="Gateway",
            label=_("Gateway"),
            record=Gateway,
            key=lambda record: str(record.id or ""),
            title=lambda record: record.name,
            read_only=frozenset({"carrier", "reseller"}),
            numbered=True,
            find=lambda ngnpro, key: ngnpro.sip.find_gateway(int(key)),
            add=lambda ngnpro, record: ngnpro.sip.add_gateway(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_gateway(record),
            delete=lambda ngnpro, record: ngnpro.sip.delete_gateway(record.id),
            fetch=lambda ngnpro, query: ngnpro.sip.get_gateways(query),
            filter=GatewayFilter,
            words={
                "port": _("Port"),
                "transport": _("Transport"),
            },
        ),
    ),
)
