"""The page of a customer's rating profiles."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.customer_names import name_of
from portal.core.forms import RecordForm, disable_field
from portal.core.rating_profiles import RatingForm, RatingPage
from portal.core.viewer import Role
from portal.customers.views.base import LARGEST_NUMBER
from portal.ngnpro.ports.rating import entity_of_customer
from portal.ngnpro.records import CustomerAccount, RatingEntityProfiles


class CustomerRatingForm(RatingForm):
    room = "customers:rating"


class CustomerRating(RatingPage):
    """Change the rating profiles of a customer; those of a reseller are changed by operators only."""

    template_name = "customers/rating/edit.html"
    form_class = CustomerRatingForm

    @cached_property
    def customer(self) -> CustomerAccount:
        number = int(self.kwargs["customer"])
        if not 0 < number <= LARGEST_NUMBER:
            raise Http404
        return self.ngnpro.customers.get_account(number)

    @property
    def crumb(self) -> str:
        """Return the name of the customer, or their number if the record was not fetched."""
        known = "customer" in self.__dict__
        return name_of(self.customer) if known else _("Customer %(number)s") % {"number": self.kwargs["customer"]}

    @property
    def is_own(self) -> bool:
        """Return whether the page is about the viewer's own record."""
        return bool(self.kwargs["customer"] == self.request.viewer.own_customer)

    @property
    def entity(self) -> str:
        return entity_of_customer(self.customer.id)

    def make_form(self, **kwargs: Any) -> RecordForm[RatingEntityProfiles]:
        form = super().make_form(**kwargs)
        known = "customer" in self.__dict__
        if known and self.customer.is_reseller and self.request.viewer.effective_role is not Role.OPERATOR:
            for field in form.fields.values():
                disable_field(field, _("Only the platform's operator can change this."))
        return form

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        known = status != HTTPStatus.SERVICE_UNAVAILABLE or "customer" in self.__dict__
        return super().show(status, customer=self.customer if known else None, **context)

    def of_whom(self) -> dict[str, Any]:
        return {"about": ("customer", str(self.kwargs["customer"])), "part": "rating"}

    def done(self, record: RatingEntityProfiles) -> HttpResponse:
        messages.success(self.request, _("The rating profiles of %(name)s were saved.") % {"name": self.crumb})
        return HttpResponseRedirect(self.request.path)
