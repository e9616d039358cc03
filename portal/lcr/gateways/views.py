"""Pages of the gateways room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.proxies import ADDRESSES, ROUTING
from portal.core.form_views import AddView, EditView
from portal.core.views import DetailView
from portal.lcr.gateways.forms import GatewayTable
from portal.lcr.health import shown_gateways, states_of_gateways
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage, RoutingSave
from portal.lcr.plan import name_with_number, rewriting_example
from portal.ngnpro import OrderBy, Query, Range, RecordPage
from portal.ngnpro.records import Gateway, GatewayRuleFilter, GatewayState, RouteFilter

from .forms import GatewayFilterForm, GatewayForm
from .room import GATEWAYS

FIRST = Range(0, 100)
SOME = Range(0, 8)


class GatewayList(RoutingList[Gateway]):
    resource = GATEWAYS
    title = gettext_lazy("Gateways")
    about = gettext_lazy("The hosts of carriers that calls are sent to.")
    empty = gettext_lazy("There is no gateway yet")
    guided = "lcr:routes:guided"
    held = f"{ROUTING} {ADDRESSES}"
    add_label = gettext_lazy("Add gateway")
    table_class = GatewayTable
    filter_class = GatewayFilterForm

    def owners(self, record: Gateway) -> tuple[int]:
        return (record.reseller,)

    def beside(self, page: RecordPage[Gateway]) -> dict[int, GatewayState] | None:
        """Fetch the states of gateways by number; ``None`` if the server does not watch them or has no proxy."""
        return states_of_gateways(self.ngnpro)


class GatewayDetail(RoutingPage, DetailView[Gateway]):
    resource = GATEWAYS
    template_name = "lcr/gateways/detail.html"

    def more(self, record: Gateway) -> dict[str, Any]:
        query = Query(filter=GatewayRuleFilter(gateway_id=record.id), order_by=OrderBy("prefix"), range=FIRST)
        rules = self.ngnpro.sip.get_gateway_rules(query)
        routes = Query(filter=RouteFilter(carrier_id=record.carrier_id), order_by=OrderBy("prefix"), range=SOME)
        states = states_of_gateways(self.ngnpro)
        return {
            "shown": next(iter(shown_gateways([record], states))),
            "routes": self.ngnpro.sip.get_routes(routes),
            "total": rules.total,
            "rules": [(rule, rewriting_example(rule.prefix, rule.strip, rule.prepend)) for rule in rules],
            "copy": self.copy_url(GatewayForm, record),
        }


class GatewayAdd(RoutingSave[Gateway], AddView[Gateway]):
    resource = GATEWAYS
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a gateway")
    button = gettext_lazy("Add gateway")
    form_class = GatewayForm

    def done(self, record: Gateway) -> HttpResponse:
        words = {"name": name_with_number(record.name, record.id)}
        messages.success(self.request, _("Gateway %(name)s was added. Add a rule to it next.") % words)
        return self.to_record(record.id)


class GatewayEdit(RoutingSave[Gateway], EditView[Gateway]):
    resource = GATEWAYS
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the gateway")
    button = gettext_lazy("Save")
    form_class = GatewayForm

    def done(self, record: Gateway) -> HttpResponse:
        words = {"name": name_with_number(record.name, record.id)}
        self.tell_saved(_("Gateway %(name)s was saved.") % words)
        return self.to_record(record.id)


class GatewayDelete(RoutingDelete[Gateway]):
    resource = GATEWAYS

    def done(self, record: Gateway) -> HttpResponse:
        messages.success(self.request, _("Gateway %(name)s was deleted.") % {"name": self.name_of(record)})
        self.report_host(record.ip)
        return self.to_list()
