"""Pages of the overview room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.core.error_pages import explain_error
from portal.core.navigation import badge_number
from portal.core.processes import processes_in_trouble
from portal.core.viewer import Viewer
from portal.core.views import PortalView
from portal.ngnpro import errors

from .figures import answer_chart, fetch_figures
from .services import certificates_ending, other_servers_in_trouble, pages_called, search_records
from .watch import look_at_watch

WALL_SECONDS = 30  # between two refreshes of a wall display


class OverviewView(PortalView):
    """What the overview and the wall display share: how the platform stands, and what asks for the viewer."""

    def standing(self, viewer: Viewer, now: datetime) -> dict[str, Any]:
        """Fetch the figures, what the server watches and what asks for the viewer, in a fixed number of calls."""
        return {
            "now": now,
            "figures": fetch_figures(self.ngnpro, viewer),
            "watched": look_at_watch(self.ngnpro, viewer, now),
            "answers": answer_chart(viewer, now),
            "ending": certificates_ending(self.ngnpro, viewer),
            "routing": badge_number(viewer, "lcr:lint:page"),
            "troubled": processes_in_trouble(viewer),
            "other_servers": other_servers_in_trouble(viewer),
        }


class OverviewHome(OverviewView):
    """Shows how the platform stands and what asks for the viewer, with a fixed number of calls for any platform."""

    template_name = "overview/home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = self.request.viewer
        if viewer.account:
            return HttpResponseRedirect(reverse("accounts:own:home", args=[viewer.account]))
        standing = self.standing(viewer, timezone.now())
        self.names.learn()
        return self.show(**standing, customers=self.names.total, wall_days=settings.WALL_DAYS)


class WallDisplay(OverviewView):
    """Shows the overview on a screen on the wall, large and without links; elsewhere, what such a screen is.

    It refreshes itself. If NGNPro does not answer it says so, with status 503, and shows no figures.
    """

    template_name = "overview/wall.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.WALL_DAYS:
            raise Http404
        if not self.request.viewer.on_wall:
            return render(request, "overview/wall_start.html", {"days": settings.WALL_DAYS})
        # Everybody who passes by can read the screen, so it shows what the person may see, and nothing that acts.
        viewer, now = replace(self.request.viewer, on_wall=False), timezone.now()
        shared: dict[str, Any] = {"viewer": viewer, "now": now, "wall": True, "seconds": WALL_SECONDS}
        try:
            return self.show(**shared | self.standing(viewer, now))
        except errors.Outage as outage:
            return self.show(503, **shared, outage=outage, explanation=explain_error(outage))


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
