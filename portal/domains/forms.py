"""Forms of the domains room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField, DomainNameField, SecretField
from portal.core.forms import FilterForm, RecordForm, pattern
from portal.ngnpro.faults import FaultCode
from portal.ngnpro.records import SipDomain, SipDomainFilter

PEM_LENGTH = 65_000


class DomainForm(RecordForm[SipDomain]):
    room = "domains"
    record_class = SipDomain
    sections = (
        (_("Domain"), ("domain", "customer", "reseller")),
        (
            _("TLS"),
            ("certificate", "private_key", "match_ip_address", "match_sip_domain", "verify_cert", "require_cert"),
        ),
    )
    fault_fields = {FaultCode.DOMAIN_EXISTS: "domain", FaultCode.CUSTOMER_MISSING: "customer"}

    domain = DomainNameField()
    customer = CustomerField(
        label=_("Owner"), help_text=_("The customer whose domain this is: name or number. Empty for nobody.")
    )
    reseller = CustomerField(label=_("Reseller"), help_text=_("Empty for the owner's reseller."))
    certificate = forms.CharField(
        label=_("Certificate"),
        required=False,
        max_length=PEM_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text=_("PEM text; empty to use the platform's own."),
    )
    private_key = SecretField(
        label=_("Private key"),
        max_length=PEM_LENGTH,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text=_("PEM text. A key that is stored is never shown; empty keeps it."),
    )
    match_ip_address = forms.CharField(
        label=_("Chosen by IP address"),
        required=False,
        max_length=255,
        help_text=_("Addresses on which the proxy uses this certificate."),
    )
    match_sip_domain = forms.CharField(
        label=_("Chosen by domain"),
        required=False,
        max_length=253,
        help_text=_("The domain for which the proxy uses this certificate."),
    )
    verify_cert = forms.BooleanField(label=_("Verify the peer's certificate"), required=False)
    require_cert = forms.BooleanField(label=_("Require a certificate of the peer"), required=False)

    def record_values(self) -> dict[str, Any]:
        values = super().record_values()
        if not values.get("private_key"):
            values.pop("private_key", None)
        return values


class DomainEditForm(DomainForm):
    """A domain's name is its key and stays."""

    domain = None  # type: ignore[assignment]


class DomainFilterForm(FilterForm[SipDomainFilter]):
    domain = forms.CharField(label=_("Domain"), required=False, max_length=255)
    customer = CustomerField(label=_("Owner"))
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> SipDomainFilter:
        values = self.cleaned_data
        return SipDomainFilter(
            domain=pattern(values["domain"]), customer=values["customer"], reseller=values["reseller"]
        )
