"""The declaration of the forwards room: its pages, its line in the menu, and the resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.dns_records import MOST_IN_VALUE
from portal.core.bulk import BulkAction, ConflictRow, Wish, delete_action, set_action
from portal.core.fields import CustomerField
from portal.core.resources import OwnedRecords, Resource
from portal.core.rooms import ALWAYS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.dns.fields import forward_name, forward_target
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import DnsFancyRecord, DnsFancyRecordFilter


def normal_forward(record: DnsFancyRecord) -> DnsFancyRecord:
    """Return an alias or redirect in its normal form; raises ``ConflictRow`` with what is wrong."""
    try:
        name = forward_name(record.type, record.name, record.zone)
        return replace(record, name=name, value=forward_target(record.type, record.value))
    except ValidationError as error:
        raise ConflictRow(" ".join(error.messages)) from error


def forwards_like(ngnpro: Ngnpro, sent: DnsFancyRecord) -> Iterator[DnsFancyRecord]:
    """Find the alias or redirect of a zone with the name and target of one that was sent without its number."""
    wanted = normal_forward(sent)
    conditions = DnsFancyRecordFilter(zone=wanted.zone, name=wanted.name, type=wanted.type)
    for found in ngnpro.dns.iter_fancy_records(conditions):
        if (found.name, found.value) == (wanted.name, wanted.value):
            yield found


class TargetForm(forms.Form):
    """Asks where aliases or redirects are to lead."""

    value = forms.CharField(label=_("Leads to"), max_length=MOST_IN_VALUE)


def with_target(record: DnsFancyRecord, wish: Wish) -> DnsFancyRecord:
    return normal_forward(replace(record, value=wish.values["value"]))


FORWARDS = Resource(
    name="dns-forward",
    noun="FancyRecord",
    label=_("E-mail alias or redirect"),
    record=DnsFancyRecord,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.name or record.zone,
    read_only=frozenset({"customer", "reseller"}),
    numbered=True,
    find=lambda ngnpro, key: or_none(ngnpro.dns.get_fancy_record, int(key)) if key.isdecimal() else None,
    find_like=forwards_like,
    add=lambda ngnpro, record: ngnpro.dns.add_fancy_record(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.dns.update_fancy_record(record),
    delete=lambda ngnpro, record: ngnpro.dns.delete_fancy_record(record.id),
    fetch=lambda ngnpro, query: ngnpro.dns.get_fancy_records(query),
    filter=DnsFancyRecordFilter,
    key_order="name",
    added_again=normal_forward,
    keep=lambda _now, wanted: normal_forward(wanted),
    columns=(
        *("id", "zone", "name", "type", "value", "priority", "ttl", "owner", "customer", "reseller"),
        "changeDate",
    ),
    owned=OwnedRecords(
        "forwards",
        _("E-mail aliases and redirects"),
        "owner",
        page="dns:forwards:list",
        page_filters=frozenset({"owner"}),
    ),
    actions=(
        BulkAction(name="target", label=_("Change where they lead"), form=TargetForm, change=with_target),
        set_action("owner", _("Change the owner"), CustomerField(label=_("Owner"))),
        delete_action(),
    ),
)

ROOM = Room(
    "dns:forwards",
    pages=(
        Page("list", "", "ForwardList", STAFF, asks="Dns.getFancyRecords"),
        Page("add", "add/", "ForwardAdd", STAFF, asks="Dns.addFancyRecord", writes=ALWAYS),
        Page("edit", "<int:forward>/edit/", "ForwardEdit", STAFF, asks="Dns.updateFancyRecord", writes=ALWAYS),
        Page("delete", "<int:forward>/delete/", "ForwardDelete", STAFF, asks="Dns.deleteFancyRecord", writes=ALWAYS),
    ),
    menu=(Menu("list", _("E-mail aliases and redirects"), under="dns"),),
    fields={"owner": FieldRule(RESELLERS)},
    resources=(FORWARDS,),
)
