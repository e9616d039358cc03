"""Forms that change and find customers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import CustomerField, PasswordField, offer_stored
from portal.core.forms import FilterForm
from portal.core.passwords import help_text
from portal.core.person_fields import mark_own_data
from portal.core.search_text import filter_pattern
from portal.core.viewer import Role, Viewer
from portal.customers.choices import list_countries
from portal.ngnpro.records import CustomerAccount, CustomerFilter

from .fields import ResellerField
from .record import ACCOUNT, ADDRESS, BILLING, SIP, CustomerForm, Sections


class CustomerEditForm(CustomerForm):
    """An existing customer, whose username cannot be changed."""

    sections: ClassVar[Sections] = (("", ("organization", "email", "first_name", "last_name", "tel", "mobile")),)
    more: ClassVar[Sections] = (
        (_("Reseller and rights"), ("reseller", "reseller_active", "impersonate")),
        (_("Login"), ("password", "current_password")),
        (_("Fax and web site"), ("fax", "web")),
        ADDRESS,
        BILLING,
        SIP,
        ACCOUNT,
    )

    reseller = ResellerField(help_text=_("Can change only while nothing belongs to the customer."))
    reseller_active = forms.BooleanField(
        label=_("Routing is open to this reseller"),
        required=False,
        help_text=_("It manages trusted peers, carriers, gateways and routes of its own."),
    )
    impersonate = CustomerField(
        label=_("Uses the rights of"),
        help_text=_("Another customer of the same reseller, or the reseller itself. Empty for rights of its own."),
    )
    password = PasswordField(label=_("New password"))

    def __init__(self, *args: Any, record: CustomerAccount | None, **kwargs: Any) -> None:
        """Remove fields that do not apply to this customer; ``record`` is ``None`` while NGNPro is down."""
        super().__init__(*args, **kwargs)
        self.record, self.usual = record, dict(self.initial)
        self.fields["password"].help_text = help_text(
            PasswordKind.CUSTOMER, _("It is never shown again. If it is empty, it is not changed.")
        )
        if record is not None:
            del self.fields["reseller" if record.is_reseller else "reseller_active"]
        for name in ("timezone", "language", "country", "state"):
            offer_stored(self.fields[name], self.initial.get(name))
        if record is not None:
            self.accept_stored()

    def restrict(self, viewer: Viewer) -> None:
        """Disable the fields that the viewer may not change; a reseller cannot change whose rights they use.

        What only operators keep about a customer is not shown to others at all.
        """
        super().restrict(viewer)
        for name in ACCOUNT[1]:
            if self.fields[name].disabled and viewer.effective_role is Role.CUSTOMER:
                del self.fields[name]
        if viewer.acting is None and self.record and self.record.id == viewer.own_customer:
            mark_own_data(self)
        if viewer.effective_role is not Role.OPERATOR and self.record and self.record.id == viewer.own_customer:
            self.fields["impersonate"].disabled = True
            self.fields["impersonate"].help_text = _("Set by the reseller or an operator.")

    def clean_reseller(self) -> int:
        wanted: int = self.cleaned_data["reseller"]
        if self.record is not None and wanted == self.record.id:
            raise forms.ValidationError(_("A customer does not become a reseller this way: add a reseller."))
        return wanted

    def record_values(self) -> dict[str, Any]:
        values = super().record_values()
        if not values.get("password"):
            values.pop("password", None)
        return values


class CustomerFilterForm(FilterForm[CustomerFilter]):
    segments = "kind"

    organization = forms.CharField(label=_("Organization"), required=False, max_length=128)
    username = forms.CharField(label=_("Username"), required=False, max_length=64)
    first_name = forms.CharField(label=_("First name"), required=False, max_length=64)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=64)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    city = forms.CharField(label=_("City"), required=False, max_length=64)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=lambda: [("", _("Any country")), *list_countries()],
        widget=forms.Select(attrs={"class": "w-code"}),
    )
    reseller = CustomerField(label=_("Reseller"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", pgettext_lazy("customers", "All")), ("resellers", _("Resellers only"))],
    )

    def to_filter(self) -> CustomerFilter:
        values = self.cleaned_data
        return CustomerFilter(
            organization=filter_pattern(values["organization"]),
            username=filter_pattern(values["username"]),
            first_name=filter_pattern(values["first_name"]),
            last_name=filter_pattern(values["last_name"]),
            email=filter_pattern(values["email"]),
            city=filter_pattern(values["city"]),
            country=values["country"],
            reseller=values["reseller"],
            only_resellers="1" if values["kind"] else "",
        )
