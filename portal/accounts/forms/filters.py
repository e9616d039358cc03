"""The filter row of the list of accounts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.choices import GROUPS
from portal.core.fields import CustomerField
from portal.core.forms import FilterForm, pattern, split_address
from portal.ngnpro.records import SipFilter


class AccountFilterForm(FilterForm[SipFilter]):
    account = forms.CharField(label=_("Username or address"), required=False, max_length=320)
    domain = forms.CharField(label=_("Domain"), required=False, max_length=255)
    first_name = forms.CharField(label=_("First name"), required=False, max_length=64)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=64)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=255)
    owner = CustomerField(label=_("Owner"))
    customer = CustomerField(label=_("Customer of the domain"))
    reseller = CustomerField(label=_("Reseller"))
    group = forms.ChoiceField(
        label=_("Has"),
        required=False,
        choices=[("", _("Anything")), *((name, group.label) for name, group in GROUPS.items())],
    )
    right = forms.RegexField(
        r"^[a-z0-9_.-]*$",
        label=_("And the right named"),
        required=False,
        max_length=64,
        error_messages={"invalid": _("Letters, digits and - _ . only.")},
    )

    def to_filter(self) -> SipFilter:
        values = self.cleaned_data
        username, domain = split_address(values["account"], values["domain"])
        return SipFilter(
            username=username,
            domain=domain,
            first_name=pattern(values["first_name"]),
            last_name=pattern(values["last_name"]),
            email=pattern(values["email"]),
            owner=values["owner"],
            customer=values["customer"],
            reseller=values["reseller"],
            groups=tuple(name for name in (values["group"], values["right"]) if name),
        )
