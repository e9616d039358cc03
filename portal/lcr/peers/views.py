"""Pages of the trusted peers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.resources import Hanging
from portal.core.views import AddView, DetailView, EditView, RecordView
from portal.lcr.pages import MOST_NAMES, RoutingDelete, RoutingList, RoutingPage, same_host
from portal.lcr.plan import named
from portal.ngnpro import Page, Query, Range
from portal.ngnpro.records import TrustedPeer, TrustedPeerFilter

from .forms import PeerEditForm, PeerFilterForm, PeerForm
from .tables import PeerTable


class PeerPage(RoutingPage):
    room = "lcr:peers"
    key = "peer"
    plural = gettext_lazy("Trusted peers")


class PeerMixin(PeerPage, RecordView[TrustedPeer]):
    """Finds the trusted peer that the URL names."""

    def get_record(self) -> TrustedPeer:
        record = self.ngnpro.sip.find_trusted_peer(self.kwargs["peer"])
        if record is None:
            raise Http404
        return record


class PeerList(PeerPage, RoutingList[TrustedPeer]):
    title = gettext_lazy("Trusted peers")
    about = gettext_lazy("Hosts that may call without a password, known by their address alone.")
    empty = gettext_lazy("There is no trusted peer yet")
    add_label = gettext_lazy("Add trusted peer")
    table_class = PeerTable
    filter_class = PeerFilterForm

    def fetch(self, query: Query[TrustedPeerFilter]) -> Page[TrustedPeer]:
        return self.ngnpro.sip.get_trusted_peers(query)

    def owners(self, record: TrustedPeer) -> tuple[int]:
        return (record.customer,)


class PeerDetail(PeerMixin, DetailView[TrustedPeer]):
    template_name = "lcr/peers/detail.html"

    def more(self, record: TrustedPeer) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        return {"owner": self.names.link(record.customer), "copy": self.copy_url(PeerForm, record)}


class PeerAdd(PeerPage, AddView[TrustedPeer]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a trusted peer")
    button = gettext_lazy("Add trusted peer")
    form_class = PeerForm

    def submit(self, record: TrustedPeer) -> TrustedPeer | None:
        return self.ngnpro.sip.add_trusted_peer(record)

    def done(self, record: TrustedPeer) -> HttpResponse:
        messages.success(self.request, _("Trusted peer %(ip)s was added.") % {"ip": record.ip})
        return self.to_record(record.ip)


class PeerEdit(PeerMixin, EditView[TrustedPeer]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the trusted peer")
    button = gettext_lazy("Save")
    form_class = PeerEditForm

    def submit(self, record: TrustedPeer) -> TrustedPeer | None:
        return self.ngnpro.sip.update_trusted_peer(record)

    def done(self, record: TrustedPeer) -> HttpResponse:
        messages.success(self.request, _("Trusted peer %(ip)s was saved.") % {"ip": record.ip})
        return self.to_record(record.ip)


class PeerDelete(PeerMixin, RoutingDelete[TrustedPeer]):
    lead = gettext_lazy("Its calls are refused from now on. This cannot be undone.")

    def name_of(self, record: TrustedPeer) -> str:
        return record.ip

    def left_behind(self, record: TrustedPeer) -> list[Hanging]:
        """Routes for its originator are for nobody, unless another peer has the same word."""
        who = record.originator.strip().casefold()
        if not who:
            return []
        routes = self.ngnpro.sip.get_routes(Query(range=Range(0, MOST_NAMES)))
        count = sum(route.originator.strip().casefold() == who for route in routes)
        words = _("Routes only for calls of %(who)s") % {"who": record.originator}
        return [Hanging(count, words, reverse("lcr:routes:list"), _("unless another peer has this originator"))]

    def trusted(self, record: TrustedPeer) -> list[Hanging]:
        gateways = self.ngnpro.sip.get_gateways(Query(range=Range(0, MOST_NAMES)))
        return [
            Hanging(
                1,
                _("Gateway %(name)s") % {"name": named(gateway.name, gateway.id)},
                reverse("lcr:gateways:detail", args=[gateway.id]),
                _("calls are still sent there"),
            )
            for gateway in gateways
            if same_host(gateway.ip, record.ip)
        ]

    def delete(self, record: TrustedPeer) -> None:
        self.ngnpro.sip.delete_trusted_peer(record.ip)

    def done(self, record: TrustedPeer) -> HttpResponse:
        messages.success(self.request, _("Trusted peer %(ip)s is gone.") % {"ip": record.ip})
        self.say_who_trusts(record.ip)
        return self.to_list()
