"""The forms and the list of SIP domains."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.certificates import Certificate, belong_together, look_at, read_chain, read_key
from portal.core.fields import CustomerField, DomainNameField, SecretField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import page_url
from portal.core.normal_forms import domain_name, proxy_addresses
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, muted
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

    chain: Certificate | None = None
    key: PrivateKeyTypes | None = None

    domain = DomainNameField()
    customer = CustomerField(
        label=_("Owner"), help_text=_("The customer whose domain this is, by name. Empty for no owner.")
    )
    reseller = CustomerField(label=_("Reseller"), help_text=_("Empty for the owner's reseller."))
    certificate = forms.CharField(
        label=_("Certificate"),
        required=False,
        max_length=PEM_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "PEM text, followed by the intermediate certificates. "
            "Empty for the platform's own: the key is then deleted, too."
        ),
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
        help_text=_("Addresses on which the proxy uses this certificate, with commas between: 192.0.2.7, 2001:db8::7."),
    )
    match_sip_domain = forms.CharField(
        label=_("Chosen by domain"),
        required=False,
        max_length=253,
        help_text=_("The name for which the proxy uses this certificate, if it is not the domain's own."),
    )
    verify_cert = forms.BooleanField(label=_("Verify the peer's certificate"), required=False)
    require_cert = forms.BooleanField(label=_("Require a certificate of the peer"), required=False)

    def clean_match_ip_address(self) -> str:
        text: str = self.cleaned_data["match_ip_address"].strip()
        if text == self.initial.get("match_ip_address"):
            return text
        return proxy_addresses(text)

    def clean_match_sip_domain(self) -> str:
        text: str = self.cleaned_data["match_sip_domain"].strip()
        return text if not text or text == self.initial.get("match_sip_domain") else domain_name(text)

    def clean_certificate(self) -> str:
        text: str = self.cleaned_data["certificate"].strip()
        self.chain = read_chain(text) if text and not self._is_stored(text) else None
        return text

    def clean_private_key(self) -> str:
        text: str = self.cleaned_data["private_key"].strip()
        if text:
            self.key = read_key(text)
        return text

    def _is_stored(self, certificate: str) -> bool:
        return certificate.split() == str(self.initial.get("certificate", "")).split()

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if "certificate" in self.errors or "private_key" in self.errors:
            return values
        if values.get("private_key") and not values.get("certificate"):
            self.add_error("private_key", _("A private key needs its certificate: put it into the field above."))
        elif self.chain:
            self._check_chain(self.chain, values)
        elif values.get("private_key"):
            self._check_key(read_chain(values["certificate"]))
        return values

    def _check_chain(self, chain: Certificate, values: dict[str, Any]) -> None:
        """Check a new certificate: its validity, its names, and its private key."""
        now = datetime.now(UTC)
        wanted = {values.get("match_sip_domain") or "", values.get("domain") or self.initial.get("domain", "")} - {""}
        if chain.ends < now:
            self.add_error("certificate", _("It expired on %(day)s.") % {"day": chain.ends.strftime("%Y-%m-%d")})
        if chain.begins > now:
            self.add_error(
                "certificate", _("It is not valid before %(day)s.") % {"day": chain.begins.strftime("%Y-%m-%d")}
            )
        if wanted and not any(chain.covers(name) for name in wanted):
            values = {"names": ", ".join(chain.names[:5]) or "–", "wanted": " / ".join(sorted(wanted))}
            self.add_error("certificate", _("It is valid for %(names)s, but not for %(wanted)s.") % values)
        self._check_key(chain)

    def _check_key(self, chain: Certificate) -> None:
        """Check that the typed key, else the stored one if the server returns it, belongs to the certificate."""
        key, stored = self.key, self.initial.get("private_key", "")
        if key is None and stored:
            try:
                key = read_key(stored)
            except ValidationError:
                key = None
        if key is not None and not belong_together(chain, key):
            self.add_error(
                "private_key",
                _("This private key does not match the certificate.")
                if self.key
                else _("The stored private key does not match the new certificate. Put the matching key here."),
            )
        elif key is None and not stored and not self.initial.get("certificate"):
            self.add_error("private_key", _("A certificate needs its private key: put it here."))

    def record_values(self) -> dict[str, Any]:
        """Return the values; without a typed key the stored one is unchanged, without a certificate it is deleted."""
        values = super().record_values()
        if not values.get("private_key") and values.get("certificate"):
            values.pop("private_key", None)
        return values


class DomainEditForm(DomainForm):
    """An existing domain; its name is its key and cannot be changed."""

    domain = None  # type: ignore[assignment]

    @classmethod
    def initial_from(cls, record: SipDomain) -> dict[str, Any]:
        return {**super().initial_from(record), "domain": record.domain}


class DomainFilterForm(FilterForm[SipDomainFilter]):
    domain = forms.CharField(label=_("Domain"), required=False, max_length=255)
    customer = CustomerField(label=_("Owner"))
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> SipDomainFilter:
        values = self.cleaned_data
        return SipDomainFilter(
            domain=filter_pattern(values["domain"]), customer=values["customer"], reseller=values["reseller"]
        )


def render_expiry(certificate: Certificate) -> SafeString:
    """Render when a certificate expires, and the number of days left if it expires soon."""
    left = certificate.days_left()
    if left < 0:
        return lamp("bad", gettext("Expired %(day)s") % {"day": date_format(certificate.ends, "SHORT_DATE_FORMAT")})
    words = ngettext("%(left)s day left", "%(left)s days left", left) % {"left": left}
    near = certificate.state == "warn"
    return lamp(certificate.state, date_format(certificate.ends, "SHORT_DATE_FORMAT"), sub=words if near else "")


class DomainTable(Table[SipDomain]):
    caption = _("SIP domains")
    columns = (
        Column("domain", _("Domain"), sort="domain"),
        Column("customer", _("Owner"), css="keep"),
        Column("reseller", _("Reseller"), css="keep opt-md"),
        Column("certificate", _("TLS certificate"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_domain(self, record: SipDomain) -> SafeString:
        return link(page_url("domains:detail", record.domain), record.domain, css="addr")

    def cell_customer(self, record: SipDomain) -> str:
        return self.names.link(record.customer)

    def cell_reseller(self, record: SipDomain) -> str:
        return self.names.link(record.reseller)

    def cell_certificate(self, record: SipDomain) -> SafeString:
        if not record.certificate:
            return muted(gettext("The platform's"))
        certificate = look_at(record.certificate)
        return render_expiry(certificate) if certificate else lamp("bad", gettext("Cannot be read"))

    def cell_change_date(self, record: SipDomain) -> str | SafeString:
        return self.when(record.change_date)
