"""The list of SIP domains."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.certificates import Certificate, look_at
from portal.core.markup import page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, muted
from portal.ngnpro.records import SipDomain


def render_expiry(certificate: Certificate) -> SafeString:
    """Render when a certificate expires, and the number of days left if it expires soon."""
    left = certificate.days_left()
    if left < 0:
        return lamp("bad", _("Ended %(day)s") % {"day": date_format(certificate.ends, "j M Y")})
    words = ngettext("%(left)s day left", "%(left)s days left", left) % {"left": left}
    near = certificate.state == "warn"
    return lamp(certificate.state, date_format(certificate.ends, "j M Y"), sub=words if near else "")


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
        return link(page_url("domains:detail", record.domain), record.domain, css="addr")

    def cell_customer(self, record: SipDomain) -> str:
        return self.names.link(record.customer)

    def cell_reseller(self, record: SipDomain) -> str:
        return self.names.link(record.reseller)

    def cell_certificate(self, record: SipDomain) -> SafeString:
        if not record.certificate:
            return muted(_("The platform's"))
        certificate = look_at(record.certificate)
        return render_expiry(certificate) if certificate else lamp("bad", _("Cannot be read"))

    def cell_change_date(self, record: SipDomain) -> str | SafeString:
        return self.when(record.change_date)
