"""Pages of the overview room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portal.core.processes import processes_in_trouble
from portal.core.views import PortalView
from portal.ngnpro import OrderBy, Query, Range

from .services import certificates_ending, other_servers_in_trouble, search_records
from .watch import look_at_watch

NEWEST = 5


class OverviewHome(PortalView):
    """Shows totals and the latest changes with three calls, whatever the platform's size, and one more every hour."""

    template_name = "overview/home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if account := self.request.viewer.account:
            return HttpResponseRedirect(reverse("accounts:own:home", args=[account]))
        newest_first = OrderBy("changeDate", "DESC")
        accounts = self.ngnpro.sip.get_accounts(Query(order_by=newest_first, range=Range(0, NEWEST)))
        domains = self.ngnpro.sip.get_domains(Query(order_by=newest_first, range=Range(0, NEWEST)))
        watched = look_at_watch(self.ngnpro, self.request.viewer, timezone.now())
        self.names.learn()
        ending = certificates_ending(self.ngnpro, self.request.viewer)
        troubled = processes_in_trouble(self.request.viewer)
        return self.show(
            accounts=accounts,
            domains=domains,
            customers=self.names.total,
            ending=ending,
            watched=watched,
            troubled=troubled,
            other_servers=other_servers_in_trouble(self.request.viewer),
        )


class GlobalSearch(PortalView):
    """Searches records of every kind; redirects to the record's page if only one is found."""

    template_name = "overview/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:200]
        kinds = search_records(self.ngnpro, self.request.viewer, wanted) if wanted else []
        if sum(kind.total for kind in kinds) == 1:
            return HttpResponseRedirect(kinds[0].hits[0].url)
        return self.show(wanted=wanted, kinds=kinds)
