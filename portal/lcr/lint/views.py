"""The page of the lint room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.core.auth import Role
from portal.core.views import PortalView
from portal.lcr.findings import find_faults
from portal.lcr.plan import read_plan

from .forms import WhoseForm


class Lint(PortalView):
    """Lists what is wrong with a routing plan; a reseller sees his own, an operator whose he asks for."""

    template_name = "lcr/lint/page.html"
    title = gettext_lazy("Check the routing")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = WhoseForm(request.GET)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, findings=None)
        reseller = form.cleaned_data.get("reseller", self.request.viewer.own_customer)
        return self.show(form=form, findings=find_faults(read_plan(self.ngnpro, reseller)))
