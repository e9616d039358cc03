"""The page of the simulator room, and the form that describes the call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.lcr.calls import Trace, trace_call
from portal.lcr.decision import Decision, decide
from portal.lcr.dialled import DialledForm
from portal.lcr.facts import Facts
from portal.lcr.fields import normalise_number
from portal.lcr.plan import read_plan
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipAccount, SipId


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
        account = self.account_of(typed["caller"])
        try:
            if account is None:
                return self.show(form=form, trace=self.trace(typed), dialled=typed["number"])
            decision = self.decide(account, typed)
        except ValueError as problem:
            form.add_error("number", str(problem))
            return self.show(422, form=form)
        return self.show(form=form, decision=decision, trace=decision.trace, dialled=typed["number"], account=account)

    def account_of(self, caller: str) -> SipAccount | None:
        """Return the account that calls; ``None`` if the caller is none, such as a domain."""
        try:
            address = SipId.parse(caller)
        except ValueError:
            return None
        return or_none(self.ngnpro.sip.get_account, address)

    def decide(self, account: SipAccount, typed: dict[str, Any]) -> Decision:
        """Follow the call of an account, with its rights and its reseller's routes."""
        facts = Facts(self.ngnpro, sees_all=self.request.viewer.effective_role is Role.OPERATOR)
        return decide(facts, account, typed["number"], typed["country"])

    def trace(self, typed: dict[str, Any]) -> Trace:
        """Trace the call of a caller without an account. Raises ``ValueError`` for what is no telephone number."""
        number = normalise_number(typed["number"], typed["country"])
        reseller = typed.get("reseller", self.request.viewer.own_customer)
        return trace_call(read_plan(self.ngnpro, reseller), number, typed["caller"])

    def make_form(self, request: HttpRequest) -> CallForm:
        form = CallForm(request.GET if "number" in request.GET else None)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        return form
