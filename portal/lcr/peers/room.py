"""The declaration of the trusted peers room: its pages, its line in the menu, and the peer as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.dependents import Dependents, count_or_unknown
from portal.core.resources import Resource, Search, SearchHit, SearchResult, first_found
from portal.core.rooms import ALWAYS, RESELLERS, FieldRule, Menu, Needs, Page, Room, member_rules
from portal.core.search_text import filter_pattern, pattern_anywhere
from portal.lcr.fields import MOST_NAMES
from portal.lcr.plan import gateways_with_host
from portal.ngnpro import Ngnpro, Query, Range
from portal.ngnpro.records import TrustedPeer, TrustedPeerFilter


def affected_by_peer(ngnpro: Ngnpro, peer: TrustedPeer) -> Iterator[Dependents]:
    """Count the routes for the originator of a peer, among the first thousand, and the gateways with its host."""
    originator = peer.originator.strip().casefold()
    if originator:
        window: Query[Any] = Query(range=Range(0, MOST_NAMES))
        routes = count_or_unknown(
            lambda: sum(one.originator.strip().casefold() == originator for one in ngnpro.sip.get_routes(window))
        )
        label = gettext("Routes only for calls from %(originator)s") % {"originator": peer.originator}
        note = gettext("They will take no calls, unless another peer has this originator.")
        yield Dependents(routes, label, reverse("lcr:routes:list"), note)
    yield from gateways_with_host(ngnpro, peer.ip)


def search_peers(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search trusted peers by the beginning of their hosts, else by any part of their names."""
    tries = (TrustedPeerFilter(ip=filter_pattern(wanted)), TrustedPeerFilter(description=pattern_anywhere(wanted)))
    page = first_found(ngnpro.sip.get_trusted_peers, tries, "description")
    return page.total, (SearchHit(reverse("lcr:peers:detail", args=[one.ip]), one.ip, one.description) for one in page)


PEERS = Resource(
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
    key_order="ip",
    search=Search("lcr:peers:list", _("Trusted peers"), "server", search_peers),
    columns=(
        *("ip", "description", "callLimit", "msteams", "tenant", "carrierName", "originator", "prefix", "strip"),
        *("blocked", "enumLookup", "transit", "prepaid", "authToken", "tags", "billingId", "owner", "customer"),
        *("reseller", "protocol", "fromPattern", "changeDate"),
    ),
    stays=affected_by_peer,
    words={
        "authToken": _("Token"),
        "billingId": _("Billing id"),
        "blocked": pgettext_lazy("peer", "Blocked"),
        "carrierName": _("Carrier"),
        "description": _("Description"),
        "enumLookup": _("Numbers looked up in ENUM"),
        "tags": _("Tags"),
        "tenant": _("Tenant"),
        "transit": _("Transit"),
    },
)

ROOM = Room(
    "lcr:peers",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "PeerList", RESELLERS, asks="Sip.getTrustedPeers"),
        Page("detail", "<key:peer>/", "PeerDetail", RESELLERS, asks="Sip.getTrustedPeers"),
        Page("add", "add/", "PeerAdd", RESELLERS, asks="Sip.addTrustedPeer", writes=ALWAYS),
        Page("edit", "<key:peer>/edit/", "PeerEdit", RESELLERS, asks="Sip.updateTrustedPeer", writes=ALWAYS),
        Page("delete", "<key:peer>/delete/", "PeerDelete", RESELLERS, asks="Sip.deleteTrustedPeer", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Trusted peers"), under="lcr"),),
    fields={"customer": FieldRule(RESELLERS), **member_rules(TrustedPeer)},
    resources=(PEERS,),
)
