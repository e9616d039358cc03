"""The page of the simulator room, and the form that describes the call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.forms import add_css_classes
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.lcr.calls import trace_call
from portal.lcr.fields import normalise_number
from portal.lcr.plan import read_plan


class CallForm(forms.Form):
    """A call: the number as it is dialled, the caller, the country of the caller, and whose routes the call takes."""

    use_required_attribute = False

    number = forms.CharField(label=_("Number dialled"), max_length=40)
    caller = forms.CharField(label=_("Called by"), required=False, max_length=320)
    country = forms.RegexField(r"^\+?[1-9][0-9]{0,2}$", label=_("From country"), required=False, max_length=4)
    reseller = CustomerField(label=_("Reseller"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)
        self.fields["number"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["country"].widget.attrs |= {"placeholder": "+31", "inputmode": "tel"}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).removeprefix("+")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "number" in values and "country" in values:
            try:
                values["normalised"] = normalise_number(values["number"], values["country"])
            except ValueError as problem:
                self.add_error("number", ValidationError(str(problem)))
        return values


class Simulator(PortalView):
    """Traces a call through the routing plan, as the SIP proxy would; resellers see their own plan."""

    template_name = "lcr/simulator/try.html"
    title = _("Try a number")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request)
        if not form.is_bound:
            return self.show(form=form, trace=None)
        if not form.is_valid():
            return self.show(422, form=form, trace=None)
        typed = form.cleaned_data
        reseller = typed["reseller"] if "reseller" in form.fields else self.request.viewer.own_customer
        trace = trace_call(read_plan(self.ngnpro, reseller), typed["normalised"], typed["caller"])
        return self.show(form=form, trace=trace, typed=typed)

    def make_form(self, request: HttpRequest) -> CallForm:
        form = CallForm(request.GET if "number" in request.GET else None)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        return form
