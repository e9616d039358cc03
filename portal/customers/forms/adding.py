"""Forms that add a customer, a reseller, a customer with a first domain, or a copy of another customer."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import DomainNameField, PasswordField, new_password
from portal.core.passwords import help_text
from portal.core.viewer import Viewer
from portal.customers.properties.choices import copied_properties
from portal.ngnpro.records import CustomerAccount

from .fields import LoginNameField, ResellerField
from .record import ACCOUNT, ADDRESS, BILLING, SIP, CustomerForm, Sections

# Fields that are specific to one customer.
NOT_COPIED = frozenset({"username", "password", "sip", "enum", "company_code", "balance", "credit"})


class CustomerAddForm(CustomerForm):
    """A new customer of a reseller."""

    sections: ClassVar[Sections] = (
        ("", ("reseller", "username", "organization", "email", "first_name", "last_name", "tel")),
    )
    more: ClassVar[Sections] = (
        (_("Password"), ("password",)),
        (_("Other numbers"), ("mobile", "fax", "web")),
        ADDRESS,
        BILLING,
        SIP,
        ACCOUNT,
    )

    reseller = ResellerField(
        help_text=_("The reseller who is responsible for this customer. Type the beginning of the name.")
    )
    username = LoginNameField()
    password = PasswordField(label=_("Password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = help_text(
            PasswordKind.CUSTOMER, _("If it is empty, a strong one is generated.")
        )
        self.fields["billing_email"].help_text = _("Left empty, it is the e-mail address above.")
        self.fields["billing_address"].help_text = _("Left empty, it is the address above.")

    def restrict(self, viewer: Viewer) -> None:
        """Remove the fields that the viewer may not fill in; a reseller adds their own customers only."""
        super().restrict(viewer)
        for name in [name for name, field in self.fields.items() if field.disabled]:
            del self.fields[name]

    def clean_password(self) -> str:
        return self.cleaned_data["password"] or new_password()

    def record_values(self) -> dict[str, Any]:
        """Return the values, with the billing e-mail and address that other clients expect to be filled in."""
        values = super().record_values()
        values["billing_email"] = values.get("billing_email") or values["email"]
        if values.get("address") and not values["billing_address"]:
            lines = (values["address"], f"{values['postcode']} {values['city']}", values["country"])
            values["billing_address"] = "\n".join(text.strip() for text in lines if text.strip())
        return values


class ResellerAddForm(CustomerAddForm):
    """A new reseller, who belongs to no other reseller and may have customers."""

    reseller = None  # type: ignore[assignment]
    sections: ClassVar[Sections] = (
        ("", ("username", "organization", "email", "tel", "first_name", "last_name", "reseller_active")),
    )

    reseller_active = forms.BooleanField(
        label=_("Open routing to this reseller"),
        required=False,
        help_text=_("It then manages trusted peers, carriers, gateways and routes of its own."),
    )


class StartForm(CustomerAddForm):
    """A new customer with a first domain, with only the most important fields."""

    sections: ClassVar[Sections] = (
        (_("Customer of"), ("reseller",)),
        (_("Who it is"), ("organization", "first_name", "last_name", "email", "tel", "country", "state", "timezone")),
        (_("First domain"), ("domain",)),
        (_("Login"), ("username", "password")),
    )
    more: ClassVar[Sections] = ()
    fault_fields = {**CustomerAddForm.fault_fields, FaultCode.DOMAIN_EXISTS: "domain"}

    domain = DomainNameField(help_text=_("The part behind the @ of the customer's SIP addresses, such as example.com."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [name for _heading, names in self.sections for name in names]
        self.fields = {name: self.fields[name] for name in wanted}


class CopyForm(CustomerAddForm):
    """A new customer or reseller with the values of another one, except those specific to one customer."""

    sections: ClassVar[Sections] = (*CustomerAddForm.sections, (_("Settings"), ("take_properties",)))
    more: ClassVar[Sections] = CustomerAddForm.more[:-1]

    take_properties = forms.BooleanField(label=_("Take over rights, limits and settings"), required=False, initial=True)

    def __init__(self, *args: Any, record: CustomerAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.original = record
        for name in ("company_code", "balance", "credit", *(["reseller"] if record.is_reseller else [])):
            del self.fields[name]

    @classmethod
    def initial_from(cls, record: CustomerAccount) -> dict[str, Any]:
        """Return the values of the original, except those specific to one customer, such as the login."""
        values = super().initial_from(record)
        return {name: value for name, value in values.items() if name not in NOT_COPIED}

    def restrict(self, viewer: Viewer) -> None:
        super().restrict(viewer)
        self.properties = copied_properties(self.original.properties, viewer.effective_role)

    def record_values(self) -> dict[str, Any]:
        taken = self.properties if self.cleaned_data["take_properties"] else ()
        return {**super().record_values(), "properties": taken}
