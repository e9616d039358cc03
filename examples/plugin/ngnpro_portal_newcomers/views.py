"""The page of the room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.core.views import PortalView

from .models import Newcomer

MOST = 50


class NewcomerList(PortalView):
    """The accounts that were added last on the server that the operator works on."""

    template_name = "newcomers/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(newcomers=Newcomer.objects.filter(engine=self.request.viewer.engine)[:MOST])
