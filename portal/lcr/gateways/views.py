"""Pages of the gateways room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.resources import Hanging
from portal.core.views import AddView, DetailView, EditView, RecordView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage, RoutingSave
from portal.lcr.plan import named
from portal.ngnpro import OrderBy, Page, Query, Range
from portal.ngnpro.records import Gateway, GatewayFilter, GatewayRule, GatewayRuleFilter, RouteFilter

from .forms import GatewayFilterForm, GatewayForm
from .tables import GatewayTable

SHOWN = 100


class GatewayPage(RoutingPage):
    room = "lcr:gateways"
    key = "gateway"
    plural = gettext_lazy("Gateways")


class GatewayMixin(GatewayPage, RecordView[Gateway]):
    """Finds the gateway that the URL names."""

    def get_record(self) -> Gateway:
        record = self.ngnpro.sip.find_gateway(self.number())
        if record is None:
            raise Http404
        return record

    def rules_of(self, record: Gateway, count: int = 1) -> Page[GatewayRule]:
        conditions = GatewayRuleFilter(gateway_id=record.id)
        query = Query(filter=conditions, order_by=OrderBy("prefix"), range=Range(0, count))
        return self.ngnpro.sip.get_gateway_rules(query)


class GatewayList(GatewayPage, RoutingList[Gateway]):
    title = gettext_lazy("Gateways")
    about = gettext_lazy("The hosts of carriers that calls are sent to.")
    empty = gettext_lazy("There is no gateway yet")
    guided = "lcr:guided:add"
    add_label = gettext_lazy("Add gateway")
    table_class = GatewayTable
    filter_class = GatewayFilterForm

    def fetch(self, query: Query[GatewayFilter]) -> Page[Gateway]:
        return self.ngnpro.sip.get_gateways(query)

    def owners(self, record: Gateway) -> tuple[int]:
        return (record.reseller,)


class GatewayDetail(GatewayMixin, DetailView[Gateway]):
    template_name = "lcr/gateways/detail.html"

    def more(self, record: Gateway) -> dict[str, Any]:
        return {"rules": self.rules_of(record, SHOWN), "copy": self.copy_url(GatewayForm, record)}


class GatewayAdd(GatewayPage, RoutingSave[Gateway], AddView[Gateway]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a gateway")
    button = gettext_lazy("Add gateway")
    form_class = GatewayForm

    def submit(self, record: Gateway) -> Gateway | None:
        return self.ngnpro.sip.add_gateway(record)

    def done(self, record: Gateway) -> HttpResponse:
        words = {"name": named(record.name, record.id)}
        messages.success(self.request, _("Gateway %(name)s was added. Give it a rule next.") % words)
        return self.to_record(record.id)


class GatewayEdit(GatewayMixin, RoutingSave[Gateway], EditView[Gateway]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the gateway")
    button = gettext_lazy("Save")
    form_class = GatewayForm

    def submit(self, record: Gateway) -> Gateway | None:
        return self.ngnpro.sip.update_gateway(record)

    def done(self, record: Gateway) -> HttpResponse:
        messages.success(self.request, _("Gateway %(name)s was saved.") % {"name": named(record.name, record.id)})
        return self.to_record(record.id)


class GatewayDelete(GatewayMixin, RoutingDelete[Gateway]):
    def name_of(self, record: Gateway) -> str:
        return named(record.name, record.id)

    def in_the_way(self, record: Gateway) -> list[Hanging]:
        url = f"{reverse('lcr:rules:list')}?gateway={record.id}"
        return [Hanging(self.rules_of(record).total, _("Gateway rules"), url)]

    def left_behind(self, record: Gateway) -> list[Hanging]:
        """Routes to the carrier lead nowhere when this is its only gateway."""
        conditions = GatewayFilter(carrier_id=record.carrier_id)
        if self.ngnpro.sip.get_gateways(Query(filter=conditions, range=Range(0, 1))).total > 1:
            return []
        routes = self.ngnpro.sip.get_routes(Query(filter=RouteFilter(carrier_id=record.carrier_id), range=Range(0, 1)))
        words = {"carrier": named(record.carrier, record.carrier_id)}
        url = f"{reverse('lcr:routes:list')}?carrier={record.carrier_id}"
        return [Hanging(routes.total, _("Routes to %(carrier)s, whose only gateway it is") % words, url)]

    def trusted(self, record: Gateway) -> list[Hanging]:
        peer = self.ngnpro.sip.find_trusted_peer(record.ip)
        if peer is None:
            return []
        words = _("Trusted peer %(name)s") % {"name": peer.description or peer.ip}
        url = reverse("lcr:peers:detail", args=[peer.ip])
        return [Hanging(1, words, url, _("may call without a password"))]

    def delete(self, record: Gateway) -> None:
        self.ngnpro.sip.delete_gateway(record.id)

    def done(self, record: Gateway) -> HttpResponse:
        messages.success(self.request, _("Gateway %(name)s is gone.") % {"name": named(record.name, record.id)})
        self.say_who_trusts(record.ip)
        return self.to_list()
