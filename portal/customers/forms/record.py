"""The base class of the forms of customers."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import EmailField, LanguageField, PhoneField
from portal.core.forms import RecordForm
from portal.core.passwords import check_field, known_of
from portal.core.person_fields import NameField
from portal.core.zone_fields import TimeZoneField
from portal.customers.choices import EMPTY_ON_THE_WIRE, country_of_state, list_countries, list_states, set_value
from portal.ngnpro.records import CustomerAccount

from .fields import LinesOfTextField

Section = tuple[str | Promise, tuple[str, ...]]
Sections = tuple[Section, ...]

LARGEST_AMOUNT = 100_000_000_000
NOT_SET = ("", _("Not set"))
ADDRESS: Section = (_("Address"), ("address", "postcode", "city", "country", "state", "timezone", "language"))
SIP: Section = (_("Telephone"), ("sip", "enum"))
BILLING: Section = (_("Billing"), ("billing_email", "billing_address", "vat_number", "bank_account"))
ACCOUNT: Section = (_("The operator's notes"), ("company_code", "balance", "credit"))


def line_field(label: Any, length: int, help_text: Any = "", **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        **{"label": label, "max_length": length, "help_text": help_text, "required": False, **kwargs}
    )


class CustomerForm(RecordForm[CustomerAccount]):
    """The fields that adding and editing a customer have in common."""

    room = "customers"
    record_class = CustomerAccount
    record: CustomerAccount | None = None
    fault_fields = {FaultCode.CUSTOMER_EXISTS: "username", FaultCode.CUSTOMER_IN_USE: "reseller"}

    organization = NameField(
        label=_("Organization"),
        required=False,
        max_length=128,
        help_text=_("The name in lists; empty for a private person."),
    )
    first_name = NameField(label=_("First name"), max_length=64)
    last_name = NameField(label=_("Last name"), max_length=64)
    email = EmailField(label=_("E-mail"))
    tel = PhoneField(
        label=_("Telephone"), required=True, has_country=True, help_text=_("With country code: +31 20 123 4567.")
    )
    mobile = PhoneField(label=_("Mobile"), has_country=True)
    fax = PhoneField(label=_("Fax"), has_country=True)
    web = forms.URLField(label=_("Web site"), required=False, max_length=255, assume_scheme="https")
    address = LinesOfTextField(_("Street and number"))
    postcode = line_field(_("Postcode"), 32)
    city = line_field(_("City"), 64)
    country = forms.ChoiceField(label=_("Country"), required=False, choices=lambda: [NOT_SET, *list_countries()])
    state = forms.ChoiceField(
        label=_("State or province"),
        required=False,
        choices=lambda: [("", _("Not in the USA or Canada")), *list_states()],
    )
    timezone = TimeZoneField(initial="Europe/Amsterdam")
    language = LanguageField(help_text=_("A reseller's is also that of its users."))
    sip = line_field(_("SIP address"), 320, _("Where the customer can be called on the platform."))
    enum = PhoneField(label=_("Number on the platform"))
    billing_email = EmailField(label=_("Billing e-mail"), required=False)
    billing_address = LinesOfTextField(_("Billing address"))
    vat_number = line_field(_("VAT number"), 64)
    bank_account = line_field(_("Bank account"), 128)
    company_code = line_field(_("Company code"), 64)
    balance = forms.FloatField(
        label=_("Balance"),
        required=False,
        min_value=-LARGEST_AMOUNT,
        max_value=LARGEST_AMOUNT,
        help_text=_("In the platform's currency."),
    )
    credit = forms.FloatField(
        label=_("Credit"),
        required=False,
        min_value=-LARGEST_AMOUNT,
        max_value=LARGEST_AMOUNT,
        help_text=_("In the platform's currency."),
    )

    @classmethod
    def initial_from(cls, record: CustomerAccount) -> dict[str, Any]:
        values = super().initial_from(record)
        return values | {
            name: set_value(values[name]) for name in ("organization", *EMPTY_ON_THE_WIRE) if name in values
        }

    def clean_balance(self) -> float:
        return self.cleaned_data.get("balance") or 0.0

    def clean_credit(self) -> float:
        return self.cleaned_data.get("credit") or 0.0

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        state = values.get("state")
        check_field(self, "password", PasswordKind.CUSTOMER, known_of(values, self.record))
        if state and "state" in self.changed_data and country_of_state(state) != values.get("country"):
            self.add_error("state", _("This state is in another country. Change the country or the state."))
        return values

    def to_record(self, record: CustomerAccount | None = None) -> CustomerAccount:
        """Return the new or changed record; members that must not be empty on the wire get “Unknown” or “N/A”."""
        made = super().to_record(record)
        empty: dict[str, Any] = {name: word for name, word in EMPTY_ON_THE_WIRE.items() if not getattr(made, name)}
        if record is not None:
            empty |= {name: getattr(record, name) for name in empty if not set_value(getattr(record, name))}
        return dataclasses.replace(made, **empty)
