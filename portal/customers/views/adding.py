"""Pages that add a customer, a reseller, a customer with a first domain, or a copy of another customer."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.customer_names import name_of
from portal.core.error_pages import explain_error
from portal.core.form_views import AddView
from portal.core.forms import RecordForm
from portal.core.sealing import hold_secret, keep_secret_once, take_secret
from portal.core.unfinished import report_unfinished
from portal.core.viewer import Role
from portal.core.views import DetailView
from portal.customers.choices import set_value
from portal.customers.forms import CopyForm, CustomerAddForm, ResellerAddForm, StartForm
from portal.customers.services import add_with_domain
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount

from .base import LARGEST_NUMBER, CustomerFormMixin, CustomerMixin


class CustomerAdd(CustomerFormMixin, AddView[CustomerAccount]):
    template_name = "customers/form.html"
    title = gettext_lazy("Add a customer")
    button = gettext_lazy("Add customer")
    form_class = CustomerAddForm

    def first_form(self, **initial: Any) -> RecordForm[CustomerAccount]:
        inherited = self.inherited()
        form = super().first_form(**inherited, **initial)
        form.usual = inherited
        return form

    def inherited(self) -> dict[str, Any]:
        """Return what a customer gets from their reseller unless something else is chosen; empty if not known yet."""
        number = self.request.GET.get("reseller", "")
        viewer = self.request.viewer
        if viewer.effective_role is not Role.OPERATOR:
            number = str(viewer.own_customer)
        if not (number.isascii() and number.isdecimal() and 0 < int(number[:10]) <= LARGEST_NUMBER):
            return {}
        try:
            reseller = self.ngnpro.customers.get_account(int(number))
        except (errors.Refusal, errors.Outage):
            return {}
        values = {name: set_value(getattr(reseller, name)) for name in ("timezone", "language", "country")}
        return {name: value for name, value in values.items() if value}

    def submit(self, record: CustomerAccount) -> CustomerAccount | None:
        hold_secret(self.request, _("Password"), self.form.cleaned_data["password"])
        return self.ngnpro.customers.add_account(self.owned(record))

    def owned(self, record: CustomerAccount) -> CustomerAccount:
        """Return the record as a customer of the reseller who adds it; their form does not ask for the reseller."""
        viewer = self.request.viewer
        if viewer.effective_role is Role.OPERATOR:
            return record
        return dataclasses.replace(record, reseller=viewer.own_customer)

    def done(self, record: CustomerAccount) -> HttpResponse:
        if not record.id:  # NGNPro neither said nor shows which number it has given
            words = {"record": record, "password": self.form.cleaned_data["password"]}
            return render(self.request, "customers/unnumbered.html", words)
        self.names.remember(record)
        keep_secret_once(self.request, f"password of customer {record.id}", self.form.cleaned_data["password"])
        return HttpResponseRedirect(reverse("customers:added", args=[record.id]))


class ResellerAdd(CustomerAdd):
    """The page that adds a reseller; a separate page, so that an empty field does not add one by mistake."""

    title = gettext_lazy("Add a reseller")
    lead = gettext_lazy("A reseller has customers of its own and is responsible for them. It has no reseller.")
    button = gettext_lazy("Add reseller")
    form_class = ResellerAddForm

    def inherited(self) -> dict[str, Any]:
        return {}


class CustomerAddWithDomain(CustomerAdd):
    title = gettext_lazy("Add a customer with a first domain")
    lead = gettext_lazy("Both are added, or neither. Everything else about the customer can follow later.")
    button = gettext_lazy("Add both")
    form_class = StartForm

    def submit(self, record: CustomerAccount) -> CustomerAccount | None:
        domain = self.form.cleaned_data["domain"]
        hold_secret(self.request, _("Password"), self.form.cleaned_data["password"])
        made = add_with_domain(self.ngnpro, self.request.writes, self.owned(record), domain)
        self.problem = made.problem
        return made.customer

    def done(self, record: CustomerAccount) -> HttpResponse:
        words = {"domain": self.form.cleaned_data["domain"]}
        if self.problem is None:
            messages.success(self.request, _("Domain %(domain)s was added.") % words)
        else:
            words["why"] = explain_error(self.problem).what
            report_unfinished(
                self.request,
                _("The customer was added, but the domain %(domain)s was not: %(why)s") % words,
                [(_("Add a domain"), "domains:add", ()), (_("Delete the customer"), "customers:delete", (record.id,))],
            )
        return super().done(record)


class CustomerCopy(CustomerMixin, CustomerAdd):
    """The page that adds a copy of the customer in the URL; only operators may copy a reseller."""

    button = gettext_lazy("Add the copy")
    form_class = CopyForm

    def inherited(self) -> dict[str, Any]:
        return {}

    @property
    def heading(self) -> str:
        words = _("Add a reseller like %(name)s") if self.original.is_reseller else _("Add a customer like %(name)s")
        return words % {"name": name_of(self.original)}

    @property
    def original(self) -> CustomerAccount:
        record = self.record or self.get_record()
        if record.is_reseller and self.request.viewer.effective_role is not Role.OPERATOR:
            raise Http404
        return record

    def initial(self) -> dict[str, Any]:
        return CopyForm.initial_from(self.original)

    def make_form(self, **kwargs: Any) -> RecordForm[CustomerAccount]:
        form = CopyForm(record=self.original, **kwargs)
        self.offer_names(form)
        form.restrict(self.request.viewer)
        return form


class CustomerAdded(CustomerMixin, DetailView[CustomerAccount]):
    """The page after adding a customer, which shows the password only once."""

    template_name = "customers/added.html"

    def more(self, record: CustomerAccount) -> dict[str, Any]:
        return {"name": name_of(record), "password": take_secret(self.request, f"password of customer {record.id}")}
