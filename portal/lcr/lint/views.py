"""The page of the lint room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import badges
from portal.core.auth import Role
from portal.core.views import PortalView
from portal.lcr import badge
from portal.lcr.findings import Finding, find_all
from portal.lcr.plan import read_plans

from .forms import WhoseForm

MOST_SHOWN = 500


class Lint(PortalView):
    """Lists what is wrong with the routing; a reseller sees his own, an operator everybody's or whose he asks for."""

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
        findings = find_all(read_plans(self.ngnpro, reseller))
        if reseller == self.request.viewer.own_customer:
            badges.keep(self.request.viewer, badge.PAGE, len(findings))
        self.names.prepare({finding.reseller for finding in findings})
        return self.show(
            form=form,
            findings=[(finding, self.whose(finding)) for finding in findings[:MOST_SHOWN]],
            total=len(findings),
        )

    def whose(self, finding: Finding) -> str:
        return self.names.show(finding.reseller) if finding.reseller else _("The platform's own")
