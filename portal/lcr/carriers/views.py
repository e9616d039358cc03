"""Pages of the carriers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.form_views import AddView, EditView
from portal.core.views import DetailView
from portal.lcr.carriers.forms import CarrierTable
from portal.lcr.health import with_states
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage
from portal.lcr.plan import name_with_number
from portal.ngnpro import OrderBy, Query, Range
from portal.ngnpro.records import Carrier, GatewayFilter, RouteFilter

from .forms import CarrierEditForm, CarrierFilterForm, CarrierForm
from .room import CARRIERS

FIRST = Range(0, 25)


class CarrierList(RoutingList[Carrier]):
    resource = CARRIERS
    title = gettext_lazy("Carriers")
    about = gettext_lazy("Companies that take calls to the telephone network.")
    empty = gettext_lazy("There is no carrier yet")
    guided = "lcr:routes:guided"
    add_label = gettext_lazy("Add carrier")
    table_class = CarrierTable
    filter_class = CarrierFilterForm

    def owners(self, record: Carrier) -> tuple[int]:
        return (record.reseller,)


class CarrierDetail(RoutingPage, DetailView[Carrier]):
    resource = CARRIERS
    template_name = "lcr/carriers/detail.html"

    def more(self, record: Carrier) -> dict[str, Any]:
        self.names.prepare((record.reseller,))
        gateways = Query(filter=GatewayFilter(carrier_id=record.id), order_by=OrderBy("name"), range=FIRST)
        routes = Query(filter=RouteFilter(carrier_id=record.id), order_by=OrderBy("prefix"), range=FIRST)
        return {
            "reseller": self.names.link(record.reseller),
            "copy": self.copy_url(CarrierForm, record),
            "gateways": with_states(self.ngnpro, self.ngnpro.sip.get_gateways(gateways)),
            "routes": self.ngnpro.sip.get_routes(routes),
        }


class CarrierAdd(RoutingPage, AddView[Carrier]):
    resource = CARRIERS
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a carrier")
    button = gettext_lazy("Add carrier")
    form_class = CarrierForm

    def done(self, record: Carrier) -> HttpResponse:
        words = {"name": name_with_number(record.name, record.id)}
        messages.success(self.request, _("Carrier %(name)s was added. Add a gateway to it next.") % words)
        return self.to_record(record.id)


class CarrierEdit(RoutingPage, EditView[Carrier]):
    resource = CARRIERS
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the carrier")
    button = gettext_lazy("Save")
    form_class = CarrierEditForm

    def done(self, record: Carrier) -> HttpResponse:
        words = {"name": name_with_number(record.name, record.id)}
        self.tell_saved(_("Carrier %(name)s was saved.") % words)
        return self.to_record(record.id)


class CarrierDelete(RoutingDelete[Carrier]):
    resource = CARRIERS

    def done(self, record: Carrier) -> HttpResponse:
        messages.success(self.request, _("Carrier %(name)s was deleted.") % {"name": self.name_of(record)})
        return self.to_list()
