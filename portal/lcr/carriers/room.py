"""The declaration of the lcr:carriers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Owned, Resource
from portal.core.rooms import OPERATORS, RESELLERS, FieldRule, Menu, Needs, Page, Room, WriteMode
from portal.ngnpro.records import Carrier, CarrierFilter

ROOM = Room(
    "lcr:carriers",
    pages=(
        Page("list", RESELLERS, asks="Sip.getCarriers", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getCarriers", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Carriers"), under="lcr"),),
    fields={
        "reseller": FieldRule(OPERATORS),
    },
    resources=(
        Resource(
            name="carrier",
            noun="Carrier",
            label=_("Carrier"),
            record=Carrier,
            key=lambda record: str(record.id or ""),
            title=lambda record: record.name,
            numbered=True,
            find=lambda ngnpro, key: ngnpro.sip.find_carrier(int(key)),
            add=lambda ngnpro, record: ngnpro.sip.add_carrier(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_carrier(record),
            delete=lambda ngnpro, record: ngnpro.sip.delete_carrier(record.id),
            fetch=lambda ngnpro, query: ngnpro.sip.get_carriers(query),
            filter=CarrierFilter,
            owned=Owned("carriers", _("Carriers")),
        ),
    ),
)
