"""Lists of customers: a tree of resellers, a flat list with search, and suggestions during typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portal.core.customer_names import name_of
from portal.core.name_matching import picker_texts
from portal.core.search_text import pattern_anywhere
from portal.core.tables import SIZES, Table, Window
from portal.core.viewer import Role
from portal.core.views import ListView, PortalView
from portal.customers.forms import CustomerFilterForm
from portal.customers.tables import CustomerTable, ResellerTable
from portal.ngnpro import OrderBy, Query, Range, RecordPage
from portal.ngnpro.records import CustomerAccount, CustomerFilter

from .base import LARGEST_NUMBER

SUGGESTIONS = 20
BRANCH = Range(0, SIZES[-1])


class ResellerList(ListView[CustomerAccount]):
    """Resellers, one of them with its customers. Redirects resellers to their customers, customers to their record."""

    template_name = "customers/list.html"
    keeps_views = False
    title = gettext_lazy("Customers")
    table_class = ResellerTable
    filter_class = CustomerFilterForm

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = self.request.viewer
        if viewer.effective_role is Role.CUSTOMER:
            return HttpResponseRedirect(reverse("customers:detail", args=[viewer.own_customer]))
        wants_search = any(request.GET.get(name) for name in self.filter_class.base_fields)
        if wants_search or viewer.effective_role is Role.RESELLER:
            return HttpResponseRedirect(f"{reverse('customers:search')}?{request.GET.urlencode()}")
        return super().get(request)

    def fetch(self, query: Query[CustomerFilter]) -> RecordPage[CustomerAccount]:
        return self.ngnpro.customers.get_resellers(query)

    def make_table(self, page: RecordPage[CustomerAccount], window: Window) -> Table[CustomerAccount]:
        table = ResellerTable(page.items, page.total, window, self.names)
        table.opened = opened_in(self.request)
        if any(reseller.id == table.opened for reseller in page):
            wanted = CustomerFilter(reseller=table.opened)
            query = Query(filter=wanted, order_by=OrderBy("organization"), range=BRANCH)
            table.branch = self.ngnpro.customers.get_customers(query)
        return table


def opened_in(request: HttpRequest) -> int:
    """Return the number of the reseller whose customers the URL asks for; 0 for none."""
    text = request.GET.get("open", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_NUMBER)) else 0


class CustomerSearch(ListView[CustomerAccount]):
    template_name = "customers/search.html"
    title = gettext_lazy("Customers")
    table_class = CustomerTable
    filter_class = CustomerFilterForm

    def fetch(self, query: Query[CustomerFilter]) -> RecordPage[CustomerAccount]:
        return self.ngnpro.customers.get_customers(query)

    def owners(self, record: CustomerAccount) -> tuple[int]:
        return (record.reseller,)


class ResellerSuggest(PortalView):
    """Suggests resellers whose organization begins with what is typed, as options of a ``datalist``."""

    template_name = "customers/_suggestions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = CustomerFilter(organization=pattern_anywhere(request.GET.get("reseller", "")[:128]))
        query = Query(filter=wanted, order_by=OrderBy("organization"), range=Range(0, SUGGESTIONS))
        resellers = {one.id: name_of(one) for one in self.ngnpro.customers.get_resellers(query)}
        return self.show(resellers=picker_texts(resellers).values())
