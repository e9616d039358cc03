"""The page of the watch room: closing an alarm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.core.portal_request import PortalRequest


@require_POST
def close_alarm(request: PortalRequest, alarm: int) -> HttpResponse:
    """Close an alarm, so that the overview no longer shows it to anyone."""
    request.ngnpro.watch.close_alarm(alarm)
    messages.success(request, _("The alarm is closed."))
    return HttpResponseRedirect(reverse("overview:home"))
