"""The declaration of the records room: its pages, its line in the menu, and the record as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, WITH_PRIORITY, full_name
from portal.core.bulk import BulkAction, ConflictRow, SkipRow, Wish, delete_action, set_action
from portal.core.fields import CustomerField, TtlField
from portal.core.resources import OwnedRecords, Resource
from portal.core.rooms import ALWAYS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.dns.fields import record_name, record_value
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import DnsRecord, DnsRecordFilter


def normal_record(record: DnsRecord) -> DnsRecord:
    """Return a record with its name and value in their normal form; raises ``ConflictRow`` with what is wrong."""
    try:
        return replace(
            record,
            name=record_name(record.name, record.zone),
            value=record_value(record.type, record.value, record.zone, record.priority),
            priority=record.priority if record.type in WITH_PRIORITY or record.type == "NAPTR" else 0,
        )
    except ValidationError as error:
        raise ConflictRow(" ".join(error.messages)) from error


def records_like(ngnpro: Ngnpro, sent: DnsRecord) -> Iterator[DnsRecord]:
    """Find the record of a zone with the name, type and value of one that was sent without its number."""
    wanted = normal_record(sent)
    conditions = DnsRecordFilter(zone=wanted.zone, name=wanted.name, type=wanted.type)
    for found in ngnpro.dns.iter_records(conditions):
        if (found.name, found.value) == (wanted.name, wanted.value):
            yield found


class ValueForm(forms.Form):
    """Asks for the value of records."""

    value = forms.CharField(label=_("Value"), max_length=MOST_IN_VALUE)


class PriorityForm(forms.Form):
    """Asks for the priority of records."""

    priority = forms.IntegerField(label=_("Priority"), min_value=0, max_value=65535)


def with_value(record: DnsRecord, wish: Wish) -> DnsRecord:
    return normal_record(replace(record, value=wish.values["value"]))


def with_priority(record: DnsRecord, wish: Wish) -> DnsRecord:
    if record.type not in WITH_PRIORITY:
        raise SkipRow(gettext("Only MX and SRV records have a priority."))
    return replace(record, priority=wish.values["priority"])


RECORDS = Resource(
    name="dns-record",
    noun="Record",
    label=_("DNS record"),
    record=DnsRecord,
    key=lambda record: str(record.id or ""),
    title=lambda record: f"{full_name(record.name, record.zone)} {record.type}",
    read_only=frozenset({"customer", "reseller"}),
    numbered=True,
    find=lambda ngnpro, key: or_none(ngnpro.dns.get_record, int(key)) if key.isdecimal() else None,
    find_like=records_like,
    add=lambda ngnpro, record: ngnpro.dns.add_record(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.dns.update_record(record),
    delete=lambda ngnpro, record: ngnpro.dns.delete_record(record.id),
    fetch=lambda ngnpro, query: ngnpro.dns.get_records(query),
    filter=DnsRecordFilter,
    key_order="name",
    added_again=normal_record,
    keep=lambda _now, wanted: normal_record(wanted),
    columns=(
        *("id", "zone", "name", "type", "value", "priority", "ttl", "owner", "customer", "reseller"),
        "changeDate",
    ),
    owned=OwnedRecords(
        "records", _("DNS records"), "owner", page="dns:records:list", page_filters=frozenset({"owner", "customer"})
    ),
    words={"zone": _("Zone")},
    actions=(
        set_action("ttl", _("Set the time to live"), TtlField(min_value=0)),
        BulkAction(name="priority", label=_("Set the priority"), form=PriorityForm, change=with_priority),
        BulkAction(name="value", label=_("Set the value"), form=ValueForm, change=with_value),
        set_action("owner", _("Change the owner"), CustomerField(label=_("Owner"))),
        delete_action(),
    ),
)

ROOM = Room(
    "dns:records",
    pages=(
        Page("list", "", "RecordList", STAFF, asks="Dns.getRecords"),
        Page("add", "add/", "RecordAdd", STAFF, asks="Dns.addRecord", writes=ALWAYS),
        Page("edit", "<int:record>/edit/", "RecordEdit", STAFF, asks="Dns.updateRecord", writes=ALWAYS),
        Page("delete", "<int:record>/delete/", "RecordDelete", STAFF, asks="Dns.deleteRecord", writes=ALWAYS),
    ),
    menu=(Menu("list", _("DNS records"), under="dns"),),
    fields={"owner": FieldRule(RESELLERS)},
    resources=(RECORDS,),
)
