"""The page of the simulator room, and the form that describes the call."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.lcr.dialled import DialledForm

from .services import account_of, decide_call, trace_caller


class CallForm(DialledForm):
    """A call: what is dialled, the caller, the country of the caller, and whose routes it takes if no account calls."""

    caller = forms.CharField(label=_("Called by"), required=False, max_length=320)
    reseller = CustomerField(label=_("Reseller"))
    field_order = ("number", "caller", "country", "reseller")


class Simulator(PortalView):
    """Traces a call through the routing plan, as the SIP proxy would; resellers see their own plan.

    A call of an account has its rights and the routes of its reseller. Other callers, such as trusted peers, have only
    the routes of the reseller that is chosen.
    """

    template_name = "lcr/simulator/try.html"
    title = _("Try a number")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request)
        if not form.is_bound:
            return self.show(form=form)
        if not form.is_valid():
            return self.show(422, form=form)
        typed = form.cleaned_data
        dialled, country = typed["number"], typed["country"]
        account = account_of(self.ngnpro, typed["caller"])
        try:
            if account is None:
                reseller = typed.get("reseller", self.request.viewer.own_customer)
                trace = trace_caller(self.ngnpro, dialled, country, typed["caller"], reseller)
                return self.show(form=form, trace=trace, dialled=dialled)
            decision = decide_call(self.ngnpro, self.request.viewer, account, dialled, country)
        except ValueError as problem:
            form.add_error("number", str(problem))
            return self.show(422, form=form)
        return self.show(form=form, decision=decision, trace=decision.trace, dialled=dialled, account=account)

    def make_form(self, request: HttpRequest) -> CallForm:
        form = CallForm(request.GET if "number" in request.GET else None)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        return form
