"""Pages of the routes room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.form_views import AddView, EditView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingSave
from portal.lcr.plan import name_with_number
from portal.ngnpro.records import Route

from .forms import RouteFilterForm, RouteForm
from .room import ROUTES
from .tables import RouteTable


class RouteList(RoutingList[Route]):
    resource = ROUTES
    title = gettext_lazy("Routes")
    about = gettext_lazy("Which carrier takes calls to which numbers.")
    empty = gettext_lazy("There is no route yet")
    guided = "lcr:routes:guided"
    add_label = gettext_lazy("Add route")
    table_class = RouteTable
    filter_class = RouteFilterForm

    def owners(self, record: Route) -> tuple[int]:
        return (record.reseller,)


class RouteAdd(RoutingSave[Route], AddView[Route]):
    resource = ROUTES
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a route")
    button = gettext_lazy("Add route")
    form_class = RouteForm

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s was added.") % {"prefix": prefix_in_words(record)})
        return self.to_list()


class RouteEdit(RoutingSave[Route], EditView[Route]):
    resource = ROUTES
    journal_kind = ROUTES.name
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the route")
    button = gettext_lazy("Save")
    form_class = RouteForm

    def get_record(self) -> Route:
        record = super().get_record()
        self.copy = self.copy_url(RouteForm, record)
        return record

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s was saved.") % {"prefix": prefix_in_words(record)})
        return self.to_list()


class RouteDelete(RoutingDelete[Route]):
    resource = ROUTES

    def name_of(self, record: Route) -> str:
        return _("the route for %(prefix)s to %(carrier)s") % {
            "prefix": prefix_in_words(record),
            "carrier": name_with_number(record.carrier, record.carrier_id),
        }

    def done(self, record: Route) -> HttpResponse:
        words = {"prefix": prefix_in_words(record)}
        messages.success(self.request, _("The route for %(prefix)s was deleted.") % words)
        return self.to_list()


def prefix_in_words(record: Route) -> str:
    """Return the prefix of a route, or "all numbers"."""
    return record.prefix or _("all numbers")
