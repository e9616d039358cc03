"""Base classes of the pages about one customer."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.customer_names import name_of
from portal.core.fields import CustomerField
from portal.core.viewer import Role
from portal.core.views import PortalView, RecordView
from portal.customers.forms import ResellerField
from portal.customers.services import names_of_resellers
from portal.ngnpro.records import CustomerAccount

LARGEST_NUMBER = 2**31 - 1


class CustomerMixin(RecordView[CustomerAccount]):
    """Fetches the customer in the URL; a customer may only fetch their own record."""

    record: CustomerAccount | None = None

    def get_record(self) -> CustomerAccount:
        number, viewer = self.kwargs["customer"], self.request.viewer
        is_foreign = viewer.effective_role is Role.CUSTOMER and number != viewer.own_customer
        if is_foreign or not 0 < number <= LARGEST_NUMBER:
            raise Http404
        self.record = self.ngnpro.customers.get_account(number)
        return self.record

    @property
    def crumb(self) -> str:
        """Return the name of the customer, or their number if the record was not fetched."""
        return name_of(self.record) if self.record else _("Customer %(number)s") % {"number": self.kwargs["customer"]}

    @property
    def is_own(self) -> bool:
        """Return whether the page is about the viewer's own record."""
        return bool(self.kwargs["customer"] == self.request.viewer.own_customer)

    def detail_url(self, record: CustomerAccount) -> str:
        return reverse("customers:detail", args=[record.id])


class CustomerFormMixin(PortalView):
    """A page with a form of a customer: its heading, the page to go back to, and resellers to pick by name."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    back: ClassVar[str] = "customers:detail"

    @property
    def crumb(self) -> str:
        """Return the name of the customer that the page is about; empty if it does not exist yet."""
        return ""

    @property
    def number(self) -> int:
        """Return the number of the customer in the URL; 0 if there is none."""
        return int(self.kwargs.get("customer", 0))

    @property
    def heading(self) -> str:
        return str(self.title) % {"name": self.crumb}

    def offer_to(self, field: CustomerField, text: str) -> None:
        if not isinstance(field, ResellerField) or self.request.viewer.effective_role is not Role.OPERATOR:
            super().offer_to(field, text)
            return
        names = names_of_resellers(self.ngnpro)
        if text.isascii() and text.isdecimal() and len(text) < 10:
            names.setdefault(int(text), self.names.find(int(text)))
        field.offer(names, "resellers")
