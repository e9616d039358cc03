"""Pages of the overview room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.core.navigation import badge_number
from portal.core.processes import processes_in_trouble
from portal.core.views import PortalView

from .figures import answer_chart, fetch_figures
from .services import certificates_ending, other_servers_in_trouble, pages_called, search_records
from .watch import look_at_watch


class OverviewHome(PortalView):
    """Shows how the platform stands and what asks for the viewer, with a fixed number of calls for any platform."""

    template_name = "overview/home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer, now = self.request.viewer, timezone.now()
        if viewer.account:
            return HttpResponseRedirect(reverse("accounts:own:home", args=[viewer.account]))
        figures = fetch_figures(self.ngnpro, viewer)
        watched = look_at_watch(self.ngnpro, viewer, now)
        self.names.learn()
        return self.show(
            now=now,
            figures=figures,
            customers=self.names.total,
            watched=watched,
            answers=answer_chart(viewer, now),
            ending=certificates_ending(self.ngnpro, viewer),
            routing=badge_number(viewer, "lcr:lint:page"),
            troubled=processes_in_trouble(viewer),
            other_servers=other_servers_in_trouble(viewer),
        )


class GlobalSearch(PortalView):
    """Searches records of every kind; redirects to the record's page if only one is found.

    For the search box, which asks while somebody types, it returns the found records and pages as a list instead.
    """

    template_name = "overview/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:200]
        kinds = search_records(self.ngnpro, self.request.viewer, wanted) if wanted else []
        if request.headers.get("HX-Request") == "true":
            pages = pages_called(self.request.viewer, wanted) if wanted else []
            return render(request, "overview/_found.html", {"kinds": kinds, "pages": pages, "wanted": wanted})
        if sum(kind.total for kind in kinds) == 1:
            return HttpResponseRedirect(kinds[0].hits[0].url)
        return self.show(wanted=wanted, kinds=kinds)
