"""The page of the lint room, and the form that chooses whose routing is checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.fields import CustomerField
from portal.core.forms import add_css_classes
from portal.core.navigation import keep_badge
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.lcr.findings import PAGE, Finding, findings_of_plans
from portal.lcr.plan import read_plans

from .checks import CHECKS

MOST_SHOWN = 500


class ResellerForm(forms.Form):
    """The reseller whose routing is checked; empty for that of all resellers."""

    reseller = CustomerField(label=gettext_lazy("Reseller"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)


class Lint(PortalView):
    """Lists the findings about the routing: resellers see those about their own, operators all or one reseller's."""

    template_name = "lcr/lint/page.html"
    title = gettext_lazy("Check the routing")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ResellerForm(request.GET)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, findings=None)
        chosen = form.cleaned_data.get("reseller") or 0
        reseller = form.cleaned_data.get("reseller", self.request.viewer.own_customer)
        findings = findings_of_plans(read_plans(self.ngnpro, reseller))
        if reseller == self.request.viewer.own_customer:
            keep_badge(self.request.viewer, PAGE, len(findings))
        reports = [check(self.ngnpro, chosen) for check in CHECKS]
        findings += [one for report in reports for one in report.findings]
        self.names.prepare({finding.reseller for finding in findings})
        return self.show(
            form=form,
            findings=[(finding, self.reseller_name(finding)) for finding in findings[:MOST_SHOWN]],
            total=len(findings),
            unknown=[report.unknown for report in reports if report.unknown],
        )

    def reseller_name(self, finding: Finding) -> str:
        return self.names.show(finding.reseller) if finding.reseller else _("The platform's own")
