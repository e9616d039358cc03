"""Pages that show, change and delete one customer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.access import may_open
from portal.core.customer_names import name_of
from portal.core.dependents import Dependents, stored_with
from portal.core.error_pages import explain_error
from portal.core.forms import RecordForm
from portal.core.in_words import language_in_words, zone_with_offset
from portal.core.rating_profiles import profiles_lost_with
from portal.core.resources import OwnedRecords
from portal.core.viewer import Viewer
from portal.core.views import DeleteView, DetailView
from portal.customers.choices import country_name, set_value, state_name
from portal.customers.forms import CustomerEditForm
from portal.customers.properties.standing import describe_limits, limits_of, rights_of
from portal.customers.services import Counts, count_holdings, find_reseller, owned_kinds
from portal.ngnpro import errors
from portal.ngnpro.leftovers import delete_customer
from portal.ngnpro.ports.rating import entity_of_customer
from portal.ngnpro.records import CustomerAccount
from portal.people.confirmation import ConfirmedEdit

from .base import CustomerFormMixin, CustomerMixin

# The kinds counted in the card at the top; the others are shown with the limits.
MAIN = ("customers", "domains", "accounts")


def list_holdings(viewer: Viewer, customer: CustomerAccount, counts: Counts) -> list[Dependents]:
    """List how many records of each kind belong to a customer, with links to them; unknown counts are left out."""
    known = ((owned_kinds()[name], count) for name, count in counts.items() if count is not None)
    return [Dependents(count, str(kind.label), list_of(viewer, kind, customer)) for kind, count in known]


def list_of(viewer: Viewer, owned: OwnedRecords, customer: CustomerAccount) -> str:
    """Return the URL of the list of a customer's records of a kind; empty if the viewer has no such list."""
    name = owned.tree if customer.is_reseller else owned.own
    if name not in owned.page_filters or not may_open(viewer, owned.page):
        return ""
    return f"{reverse(owned.page)}?{name}={customer.id}"


class CustomerDetail(CustomerMixin, DetailView[CustomerAccount]):
    template_name = "customers/detail.html"

    def more(self, record: CustomerAccount) -> dict[str, Any]:
        owned = owned_kinds()
        limited = [name for name, kind in owned.items() if kind.limit]
        kinds = (*(["customers"] if record.is_reseller else []), "domains", *limited)
        counts = count_holdings(self.ngnpro, record, kinds)
        reseller = find_reseller(self.ngnpro, record)
        self.names.prepare((record.reseller, record.impersonate))
        limits = limits_of(record, counts)
        related = self.related("customer", record)
        return {
            "name": name_of(record),
            "verdict": describe_limits(record, counts, [limit.label for limit in limits if limit.is_reached]),
            "holdings": list_holdings(
                self.request.viewer, record, {kind: counts[kind] for kind in kinds if kind in MAIN}
            ),
            "limits": limits,
            "related": related,
            "unknown": ", ".join(str(owned[kind].label) for kind, count in counts.items() if count is None),
            "reached": [limit for limit in limits if limit.is_reached],
            "rights": rights_of(record, reseller),
            "reseller": self.names.link(record.reseller),
            "impersonated": self.names.link(record.impersonate),
            "place": [set_value(record.address), f"{set_value(record.postcode)} {set_value(record.city)}".strip()],
            "state": state_name(record.state),
            "country": country_name(record.country),
            "language": language_in_words(record.language),
            "time_zone": zone_with_offset(record.timezone) if record.timezone else "",
        }


class CustomerEdit(CustomerMixin, CustomerFormMixin, ConfirmedEdit[CustomerAccount]):
    template_name = "customers/form.html"
    title = gettext_lazy("Edit %(name)s")
    button = gettext_lazy("Save")
    form_class = CustomerEditForm

    def make_form(self, **kwargs: Any) -> RecordForm[CustomerAccount]:
        return super().make_form(record=self.record, **kwargs)

    def is_guarded(self) -> bool:
        viewer = self.request.viewer
        return viewer.acting is None and viewer.customer == self.kwargs["customer"]

    def submit(self, record: CustomerAccount) -> CustomerAccount | None:
        return self.ngnpro.customers.update_account(record)

    def done(self, record: CustomerAccount) -> HttpResponse:
        self.names.remember(record)
        self.tell_saved(_("Customer %(name)s was saved.") % {"name": name_of(record)})
        return HttpResponseRedirect(self.detail_url(record))


class CustomerDelete(CustomerMixin, DeleteView[CustomerAccount]):
    """Deletes a customer who owns no records; for others, it lists the records and where they are."""

    template_name = "customers/delete.html"

    def page(self, record: CustomerAccount, status: int = 200, error: str = "") -> HttpResponse:
        kinds = [name for name, one in owned_kinds().items() if record.is_reseller or one.own]
        counts = count_holdings(self.ngnpro, record, kinds)
        return self.show(
            status,
            record=record,
            name=name_of(record),
            is_known=None not in counts.values(),
            belongs=[held for held in list_holdings(self.request.viewer, record, counts) if held.count],
            lost=[one for one in profiles_lost_with(self.ngnpro, entity_of_customer(record.id)) if one.count != 0],
            stored=stored_with(record, self.request.viewer.engine),
            support_order=record.get_property("support_order"),
            error=error,
        )

    def delete(self, record: CustomerAccount) -> None:
        delete_customer(self.ngnpro, record.id)

    def refused(self, record: CustomerAccount, refusal: errors.Refusal) -> HttpResponse:
        return self.page(record, 422, f"{explain_error(refusal).what} {refusal.text}")

    def done(self, record: CustomerAccount) -> HttpResponse:
        messages.success(self.request, _("Customer %(name)s was deleted.") % {"name": name_of(record)})
        return HttpResponseRedirect(reverse("customers:list"))
