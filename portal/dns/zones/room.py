"""The declaration of the zones room: its pages, its line in the menu, and the zone as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.dependents import Dependents, count_records
from portal.core.resources import HITS, LinkedColumn, OwnedRecords, Resource, Search, SearchHit, SearchResult
from portal.core.rooms import ALWAYS, BY_POST, OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.search_text import filter_pattern
from portal.ngnpro import Ngnpro, OrderBy, Query
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import DnsFancyRecordFilter, DnsRecordFilter, DnsZone, DnsZoneFilter

from .actions import ACTIONS
from .files import cells_of_forwards, cells_of_records, read_zones


def search_zones(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search zones by the beginning of their names."""
    query = Query(filter=DnsZoneFilter(name=filter_pattern(wanted)), order_by=OrderBy("name"), range=HITS)
    page = ngnpro.dns.get_zones(query)
    return page.total, map(_hit, page)


def _hit(found: DnsZone) -> SearchHit:
    return SearchHit(reverse("dns:zones:detail", args=[found.name]), found.name, found.info)


def parts_of_zone(ngnpro: Ngnpro, zone: DnsZone) -> Iterator[Dependents]:
    """Count what is deleted with a zone."""
    end = f"?{urlencode({'zone': zone.name})}"
    records = count_records(ngnpro.dns.get_records, DnsRecordFilter(zone=zone.name))
    yield Dependents(records, gettext("DNS records"), reverse("dns:records:list") + end)
    forwards = count_records(ngnpro.dns.get_fancy_records, DnsFancyRecordFilter(zone=zone.name))
    yield Dependents(forwards, gettext("E-mail aliases and redirects"), reverse("dns:forwards:list") + end)


ZONES = Resource(
    name="zone",
    noun="Zone",
    label=_("DNS zone"),
    record=DnsZone,
    key=lambda record: record.name,
    read_only=frozenset({"serial"}),
    find=lambda ngnpro, key: or_none(ngnpro.dns.get_zone, key),
    add=lambda ngnpro, record: ngnpro.dns.add_zone(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.dns.update_zone(record),
    delete=lambda ngnpro, record: ngnpro.dns.delete_zone(record.name),
    fetch=lambda ngnpro, query: ngnpro.dns.get_zones(query),
    filter=DnsZoneFilter,
    key_order="name",
    hangs=parts_of_zone,
    columns=(
        *("name", "customer", "reseller", "info", "nameservers", "email", "ttl", "minimum", "retry", "expire"),
        *("serial", "changeDate"),
    ),
    search=Search("dns:zones:list", _("DNS zones"), "server", search_zones),
    owned=OwnedRecords(
        "zones",
        _("DNS zones"),
        "customer",
        page="dns:zones:list",
        page_filters=frozenset({"customer", "reseller"}),
        limit="dns_zone_credit",
    ),
    words={
        "expire": _("Expire"),
        "minimum": _("Time to live of what does not exist"),
        "nameservers": _("Name servers"),
        "retry": _("Retry"),
        "serial": _("Serial"),
    },
    read_file=read_zones,
    linked=(
        LinkedColumn(name="records", label=_("DNS records"), kind="dns-record", cells=cells_of_records),
        LinkedColumn(
            name="forwards", label=_("E-mail aliases and redirects"), kind="dns-forward", cells=cells_of_forwards
        ),
    ),
    actions=ACTIONS,
)

ROOM = Room(
    "dns:zones",
    pages=(
        Page("list", "", "ZoneList", STAFF, asks="Dns.getZones"),
        Page("add", "add/", "ZoneAdd", STAFF, asks="Dns.addZone", writes=ALWAYS),
        Page("detail", "<key:zone>/", "ZoneDetail", STAFF, asks="Dns.getZone"),
        Page("export", "<key:zone>/export/", "ZoneExport", STAFF, asks="Dns.getRecords"),
        Page("template", "<key:zone>/template/", "ZoneTemplate", STAFF, asks="Dns.addRecord", writes=BY_POST),
        Page("edit", "<key:zone>/edit/", "ZoneEdit", STAFF, asks="Dns.updateZone", writes=ALWAYS),
        Page("delete", "<key:zone>/delete/", "ZoneDelete", STAFF, asks="Dns.deleteZone", writes=ALWAYS),
    ),
    menu=(Menu("list", _("DNS zones"), "server"),),
    fields={"reseller": FieldRule(OPERATORS), "customer": FieldRule(RESELLERS)},
    resources=(ZONES,),
)
