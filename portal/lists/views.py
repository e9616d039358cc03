"""Keeping of views and columns of lists; each goes back to the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.access import may_open
from portal.core.rooms import rooms
from portal.core.saved_views import LONGEST_QUERY, MOST_VIEWS, forget_view, keep_columns, keep_view, kept_query
from portal.core.views import PortalView

LONGEST_NAME = 64
MOST_COLUMNS = 100


class ListMemory(PortalView):
    """A form of a list, whose URL name is ``list`` and whose filters are ``query``."""

    http_method_names = ("post",)

    def list_page(self) -> str:
        """Return the URL name of the list; 404 for one that does not exist, or that the viewer may not open."""
        page = self.request.POST.get("list", "")
        namespace, _colon, name = page.rpartition(":")
        room = rooms().get(namespace)
        is_there = room is not None and any(one.name == name for one in room.pages)
        if not is_there or not may_open(self.request.viewer, page):
            raise Http404
        return page

    def query(self) -> str:
        typed = self.request.POST.get("query", "")
        return kept_query(QueryDict(typed)) if len(typed) <= LONGEST_QUERY else ""

    def back(self, page: str, query: str) -> HttpResponse:
        try:
            return HttpResponseRedirect(f"{reverse(page)}?{query}")
        except NoReverseMatch:
            raise Http404 from None


class SaveView(ListMemory):
    """Saves the filters and columns of a list under a name."""

    def post(self, request: HttpRequest) -> HttpResponse:
        page, query = self.list_page(), self.query()
        name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
        if not name:
            messages.error(request, _("Type a name for the view. It was not saved."))
            return self.back(page, query)
        shared = request.POST.get("shared") == "on"
        view = keep_view(self.request.viewer, page, name, query, is_shared=shared)
        if view is None:
            words = ngettext(
                "You have %(most)s view of this list. Delete it first; this one was not saved.",
                "You have %(most)s views of this list. Delete one first; this one was not saved.",
                MOST_VIEWS,
            )
            messages.error(request, words % {"most": MOST_VIEWS})
            return self.back(page, query)
        return self.back(page, f"{query}&view={view.pk}" if query else f"view={view.pk}")


class ForgetView(ListMemory):
    """Deletes a view of the person; those of others are a 404."""

    def post(self, request: HttpRequest, view: int) -> HttpResponse:
        page, forgotten = self.list_page(), forget_view(self.request.viewer, view)
        if forgotten is None:
            raise Http404
        return self.back(page, self.query())


class KeepColumns(ListMemory):
    """Remembers which columns of a list the person wants, by the places that they gave them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        page, query = self.list_page(), self.query()
        wanted = [] if request.POST.get("usual") else request.POST.getlist("column")[:MOST_COLUMNS]
        names = [name for name in wanted if name.isidentifier() and len(name) <= LONGEST_NAME]
        keep_columns(self.request.viewer, page, sorted(names, key=self._place))
        return self.back(page, query)

    def _place(self, name: str) -> int:
        place = self.request.POST.get(f"place-{name}", "")
        return int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else MOST_COLUMNS
