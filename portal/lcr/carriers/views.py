"""Pages of the carriers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.resources import Hanging
from portal.core.views import AddView, DetailView, EditView, RecordView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage
from portal.lcr.plan import named
from portal.ngnpro import OrderBy, Page, Query, Range
from portal.ngnpro.records import Carrier, CarrierFilter, Gateway, GatewayFilter, Route, RouteFilter

from .forms import CarrierEditForm, CarrierFilterForm, CarrierForm
from .tables import CarrierTable

SHOWN = 25


class CarrierPage(RoutingPage):
    room = "lcr:carriers"
    key = "carrier"
    plural = gettext_lazy("Carriers")


class CarrierMixin(CarrierPage, RecordView[Carrier]):
    """Finds the carrier that the URL names."""

    def get_record(self) -> Carrier:
        record = self.ngnpro.sip.find_carrier(self.number())
        if record is None:
            raise Http404
        return record

    def gateways_of(self, record: Carrier, count: int = 1) -> Page[Gateway]:
        query = Query(filter=GatewayFilter(carrier_id=record.id), order_by=OrderBy("name"), range=Range(0, count))
        return self.ngnpro.sip.get_gateways(query)

    def routes_of(self, record: Carrier, count: int = 1) -> Page[Route]:
        query = Query(filter=RouteFilter(carrier_id=record.id), order_by=OrderBy("prefix"), range=Range(0, count))
        return self.ngnpro.sip.get_routes(query)


class CarrierList(CarrierPage, RoutingList[Carrier]):
    title = gettext_lazy("Carriers")
    about = gettext_lazy("Companies that take calls to the telephone network.")
    empty = gettext_lazy("There is no carrier yet")
    guided = "lcr:guided:add"
    add_label = gettext_lazy("Add carrier")
    table_class = CarrierTable
    filter_class = CarrierFilterForm

    def fetch(self, query: Query[CarrierFilter]) -> Page[Carrier]:
        return self.ngnpro.sip.get_carriers(query)

    def owners(self, record: Carrier) -> tuple[int]:
        return (record.reseller,)


class CarrierDetail(CarrierMixin, DetailView[Carrier]):
    template_name = "lcr/carriers/detail.html"

    def more(self, record: Carrier) -> dict[str, Any]:
        self.names.prepare((record.reseller,))
        return {
            "reseller": self.names.link(record.reseller),
            "copy": self.copy_url(CarrierForm, record),
            "gateways": self.gateways_of(record, SHOWN),
            "routes": self.routes_of(record, SHOWN),
        }


class CarrierAdd(CarrierPage, AddView[Carrier]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a carrier")
    button = gettext_lazy("Add carrier")
    form_class = CarrierForm

    def submit(self, record: Carrier) -> Carrier | None:
        return self.ngnpro.sip.add_carrier(record)

    def done(self, record: Carrier) -> HttpResponse:
        words = {"name": named(record.name, record.id)}
        messages.success(self.request, _("Carrier %(name)s was added. Give it a gateway next.") % words)
        return self.to_record(record.id)


class CarrierEdit(CarrierMixin, EditView[Carrier]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the carrier")
    button = gettext_lazy("Save")
    form_class = CarrierEditForm

    def submit(self, record: Carrier) -> Carrier | None:
        return self.ngnpro.sip.update_carrier(record)

    def done(self, record: Carrier) -> HttpResponse:
        messages.success(self.request, _("Carrier %(name)s was saved.") % {"name": named(record.name, record.id)})
        return self.to_record(record.id)


class CarrierDelete(CarrierMixin, RoutingDelete[Carrier]):
    def name_of(self, record: Carrier) -> str:
        return named(record.name, record.id)

    def in_the_way(self, record: Carrier) -> list[Hanging]:
        query = f"?carrier={record.id}"
        return [
            Hanging(self.gateways_of(record).total, _("Gateways"), reverse("lcr:gateways:list") + query),
            Hanging(self.routes_of(record).total, _("Routes"), reverse("lcr:routes:list") + query),
        ]

    def delete(self, record: Carrier) -> None:
        self.ngnpro.sip.delete_carrier(record.id)

    def done(self, record: Carrier) -> HttpResponse:
        messages.success(self.request, _("Carrier %(name)s is gone.") % {"name": named(record.name, record.id)})
        return self.to_list()
