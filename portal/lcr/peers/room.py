"""The declaration of the lcr:peers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import RESELLERS, FieldRule, Menu, Needs, Page, Room, WriteMode
from portal.ngnpro.records import TrustedPeer, TrustedPeerFilter

ROOM = Room(
    "lcr:peers",
    pages=(
        Page("list", RESELLERS, asks="Sip.getTrustedPeers", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getTrustedPeers", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Trusted peers"), under="lcr"),),
    fields={
        "customer": FieldRule(RESELLERS),
    },
    resources=(
        Resource(
            name="peer",
            noun="TrustedPeer",
            label=_("Trusted peer"),
            record=TrustedPeer,
            key=lambda record: record.ip.lower(),
            title=lambda record: record.description,
            read_only=frozenset({"protocol", "fromPattern"}),
            find=lambda ngnpro, key: ngnpro.sip.find_trusted_peer(key),
            add=lambda ngnpro, record: ngnpro.sip.add_trusted_peer(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_trusted_peer(record),
            delete=lambda ngnpro, record: ngnpro.sip.delete_trusted_peer(record.ip),
            fetch=lambda ngnpro, query: ngnpro.sip.get_trusted_peers(query),
            filter=TrustedPeerFilter,
            words={
                "authToken": _("Token"),
                "billingId": _("Billing mark"),
                "blocked": _("Blocked"),
                "carrierName": _("Carrier"),
                "description": _("Description"),
                "enumLookup": _("Numbers looked up in ENUM"),
                "tags": _("Tags"),
                "tenant": _("Tenant"),
                "transit": _("Transit"),
            },
        ),
    ),
)
