"""Bulk actions on zones."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import BulkAction, ConflictRow, SkipRow, Wish, delete_action, set_action
from portal.core.fields import CustomerField, NoteField, TtlField
from portal.dns.fields import HostsField
from portal.ngnpro.records import DnsZone

MOST_NAMESERVERS = 13


class ServersForm(forms.Form):
    """Asks for name servers."""

    hosts = HostsField(label=_("Name servers"), required=True, help_text=_("One host name per line."))


def with_servers(zone: DnsZone, wish: Wish) -> DnsZone:
    wanted = (*zone.nameservers, *(host for host in wish.values["hosts"] if host not in zone.nameservers))
    if len(wanted) > MOST_NAMESERVERS:
        raise ConflictRow(gettext("A zone has at most 13 name servers."))
    return replace(zone, nameservers=wanted)


def without_servers(zone: DnsZone, wish: Wish) -> DnsZone:
    left = tuple(host for host in zone.nameservers if host not in wish.values["hosts"])
    if left == zone.nameservers:
        raise SkipRow(gettext("It has none of these name servers."))
    if not left:
        raise ConflictRow(gettext("These are all its name servers."))
    return replace(zone, nameservers=left)


def replaced_servers(zone: DnsZone, wish: Wish) -> DnsZone:
    return replace(zone, nameservers=tuple(wish.values["hosts"]))


ACTIONS = (
    set_action("customer", _("Change the owner"), CustomerField(label=_("Owner"))),
    BulkAction(name="add-servers", label=_("Add name servers"), form=ServersForm, change=with_servers),
    BulkAction(name="remove-servers", label=_("Remove name servers"), form=ServersForm, change=without_servers),
    BulkAction(name="servers", label=_("Replace the name servers"), form=ServersForm, change=replaced_servers),
    set_action("ttl", _("Set the time to live"), TtlField(min_value=0)),
    set_action("minimum", _("Set the time to live of what does not exist"), TtlField(min_value=0)),
    set_action("retry", _("Set retry"), TtlField(label=_("Retry"))),
    set_action("expire", _("Set expire"), TtlField(label=_("Expire"))),
    set_action("info", _("Set the note"), NoteField()),
    delete_action(lost=_("The records, e-mail aliases and redirects of the zones.")),
)
