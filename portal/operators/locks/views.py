"""The list of names and sources that wait after wrong passwords, and how one is released."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.core.auth import PortalRequest
from portal.core.views import PortalView
from portal.identity import locks

ROWS = 50


class LockList(PortalView):
    """Who waits, and who has failed lately."""

    template_name = "operators/locks.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(locks.list_locks(), ROWS).get_page(request.GET.get("page"))
        return self.show(page=page)


@require_POST
def release(request: PortalRequest) -> HttpResponse:
    """Let a name from a source, or all names from a source, try again at once."""
    name, source = request.POST.get("name", ""), request.POST.get("source", "")
    if locks.release(name, source):
        request.writes.tell("releaseLock", about=("lock", f"{name} {source}".strip()))
        messages.success(request, _("%(name)s may try again.") % {"name": name or source})
    return HttpResponseRedirect(reverse("operators:locks:list"))
