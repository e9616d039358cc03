"""The list of SIP domains."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, muted, when
from portal.ngnpro.records import SipDomain


class DomainTable(Table[SipDomain]):
    caption = gettext_lazy("SIP domains")
    columns = (
        Column("domain", gettext_lazy("Domain"), sort="domain"),
        Column("customer", gettext_lazy("Owner"), css="keep"),
        Column("reseller", gettext_lazy("Reseller"), css="keep opt-md"),
        Column("certificate", gettext_lazy("TLS certificate"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_domain(self, record: SipDomain) -> SafeString:
        return link(reverse("domains:detail", args=[record.domain]), record.domain, css="addr")

    def cell_customer(self, record: SipDomain) -> str:
        return self.names.link(record.customer)

    def cell_reseller(self, record: SipDomain) -> str:
        return self.names.link(record.reseller)

    def cell_certificate(self, record: SipDomain) -> SafeString:
        return lamp("on", _("Of its own")) if record.certificate else muted(_("The platform's"))

    def cell_change_date(self, record: SipDomain) -> str | SafeString:
        return when(record.change_date)
