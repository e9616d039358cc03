"""The page of the simulator room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.core.auth import Role
from portal.core.views import PortalView
from portal.lcr.calls import follow
from portal.lcr.plan import read_plan

from .forms import TryForm


class Simulator(PortalView):
    """Walks the routing plan with a number, as the SIP proxy would; a reseller walks his own."""

    template_name = "lcr/simulator/try.html"
    title = gettext_lazy("Try a number")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request)
        if not form.is_bound:
            return self.show(form=form, trace=None)
        if not form.is_valid():
            return self.show(422, form=form, trace=None)
        typed = form.cleaned_data
        reseller = typed["reseller"] if "reseller" in form.fields else self.request.viewer.own_customer
        trace = follow(read_plan(self.ngnpro, reseller), typed["normalised"], typed["caller"])
        return self.show(form=form, trace=trace, typed=typed)

    def make_form(self, request: HttpRequest) -> TryForm:
        form = TryForm(request.GET if "number" in request.GET else None)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        return form
