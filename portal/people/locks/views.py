"""The pages of the locks room: the list of failed sign-ins, and ending a lockout."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.core.portal_request import PortalRequest
from portal.core.views import PortalView
from portal.people import lockouts

ROWS = 50


class LockList(PortalView):
    """The list of recent failed sign-ins, lockouts first."""

    template_name = "people/locks.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(lockouts.list_locks(), ROWS).get_page(request.GET.get("page"))
        return self.show(page=page)


@require_POST
def release_sign_in_lock(request: PortalRequest) -> HttpResponse:
    """End the lockout of a name from a source, of a name everywhere, or of all names from a source."""
    name, source = request.POST.get("name", ""), request.POST.get("source", "")
    if lockouts.release_lock(name, source):
        request.writes.record_operation("releaseLock", about=("lock", f"{name} {source}".strip()))
        messages.success(request, _("%(name)s may try again.") % {"name": name or source})
    return HttpResponseRedirect(reverse("people:locks:list"))
