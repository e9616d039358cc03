"""Pages of the trusted peers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.proxies import ADDRESSES
from portal.core.form_views import AddView, EditView
from portal.core.views import DetailView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage
from portal.lcr.peers.forms import PeerTable
from portal.lcr.plan import rewriting_example
from portal.ngnpro.records import TrustedPeer

from .forms import PeerEditForm, PeerFilterForm, PeerForm
from .room import PEERS


class PeerList(RoutingList[TrustedPeer]):
    resource = PEERS
    title = gettext_lazy("Trusted peers")
    about = gettext_lazy("Hosts that may call without a password: they are identified by their address alone.")
    empty = gettext_lazy("There is no trusted peer yet")
    held = ADDRESSES
    add_label = gettext_lazy("Add trusted peer")
    table_class = PeerTable
    filter_class = PeerFilterForm

    def owners(self, record: TrustedPeer) -> tuple[int]:
        return (record.customer,)


class PeerDetail(RoutingPage, DetailView[TrustedPeer]):
    resource = PEERS
    template_name = "lcr/peers/detail.html"

    def more(self, record: TrustedPeer) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        return {
            "owner": self.names.link(record.customer),
            "copy": self.copy_url(PeerForm, record),
            "rewriting": rewriting_example("", record.strip, record.prefix),
        }


class PeerAdd(RoutingPage, AddView[TrustedPeer]):
    resource = PEERS
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a trusted peer")
    button = gettext_lazy("Add trusted peer")
    form_class = PeerForm

    def done(self, record: TrustedPeer) -> HttpResponse:
        messages.success(self.request, _("Trusted peer %(ip)s was added.") % {"ip": record.ip})
        return self.to_record(record.ip)


class PeerEdit(RoutingPage, EditView[TrustedPeer]):
    resource = PEERS
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the trusted peer")
    button = gettext_lazy("Save")
    form_class = PeerEditForm

    def done(self, record: TrustedPeer) -> HttpResponse:
        self.tell_saved(_("Trusted peer %(ip)s was saved.") % {"ip": record.ip})
        return self.to_record(record.ip)


class PeerDelete(RoutingDelete[TrustedPeer]):
    resource = PEERS
    lead = gettext_lazy("Calls from this host will be refused. This cannot be undone.")

    def name_of(self, record: TrustedPeer) -> str:
        return record.ip

    def done(self, record: TrustedPeer) -> HttpResponse:
        messages.success(self.request, _("Trusted peer %(ip)s was deleted.") % {"ip": record.ip})
        self.report_host(record.ip)
        return self.to_list()
