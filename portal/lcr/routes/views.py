"""Pages of the routes room."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.views import AddView, EditView, RecordView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage, RoutingSave
from portal.lcr.plan import named
from portal.ngnpro import Page, Query
from portal.ngnpro.records import Route, RouteFilter

from .forms import RouteFilterForm, RouteForm
from .tables import RouteTable


class RoutePage(RoutingPage):
    room = "lcr:routes"
    key = "route"
    plural = gettext_lazy("Routes")


class RouteMixin(RoutePage, RecordView[Route]):
    """Finds the route that the URL names."""

    journal_kind = "route"

    def get_record(self) -> Route:
        number = self.number()
        record = self.ngnpro.sip.find_route(number)
        if record is None:
            raise Http404
        self.copy = self.copy_url(RouteForm, record)
        return record


class RouteList(RoutePage, RoutingList[Route]):
    title = gettext_lazy("Routes")
    about = gettext_lazy("Which carrier takes calls to which numbers.")
    empty = gettext_lazy("There is no route yet")
    guided = "lcr:guided:add"
    add_label = gettext_lazy("Add route")
    table_class = RouteTable
    filter_class = RouteFilterForm

    def fetch(self, query: Query[RouteFilter]) -> Page[Route]:
        return self.ngnpro.sip.get_routes(query)

    def owners(self, record: Route) -> tuple[int]:
        return (record.reseller,)


class RouteAdd(RoutePage, RoutingSave[Route], AddView[Route]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a route")
    button = gettext_lazy("Add route")
    form_class = RouteForm

    def submit(self, record: Route) -> Route | None:
        return self.ngnpro.sip.add_route(record)

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s was added.") % {"prefix": prefix_of(record)})
        return self.to_list()


class RouteEdit(RouteMixin, RoutingSave[Route], EditView[Route]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the route")
    button = gettext_lazy("Save")
    form_class = RouteForm

    def submit(self, record: Route) -> Route | None:
        self.ngnpro.sip.update_route(record)
        return None

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s was saved.") % {"prefix": prefix_of(record)})
        return self.to_list()


class RouteDelete(RouteMixin, RoutingDelete[Route]):
    def name_of(self, record: Route) -> str:
        return _("the route for %(prefix)s to %(carrier)s") % {
            "prefix": prefix_of(record),
            "carrier": named(record.carrier, record.carrier_id),
        }

    def delete(self, record: Route) -> None:
        self.ngnpro.sip.delete_routes([record.id])

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s is gone.") % {"prefix": prefix_of(record)})
        return self.to_list()


def prefix_of(record: Route) -> str:
    """Name the numbers that a route is for."""
    return record.prefix or _("all numbers")
