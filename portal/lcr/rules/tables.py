"""The list of gateway rules."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.plan import rewriting_example
from portal.ngnpro.records import GatewayRule


class RuleTable(Table[GatewayRule]):
    caption = gettext_lazy("Gateway rules")
    columns = (
        Column("prefix", gettext_lazy("Prefix"), sort="prefix"),
        Column("lengths", gettext_lazy("Digits"), css="num keep"),
        Column("rewriting", gettext_lazy("Rewritten"), css="keep"),
        Column("gateway", gettext_lazy("Gateway"), sort="gateway", css="keep"),
        Column("carrier", gettext_lazy("Carrier"), sort="carrier", css="opt-md"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_prefix(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:rules:edit", record.id)
        name = link(url, record.prefix or _("All numbers"), css="tel")
        return markup('{}<span class="sub">{}</span>', name, record.id)

    def cell_lengths(self, record: GatewayRule) -> str:
        if not (record.min_length or record.max_length):
            return _("Any")
        return f"{record.min_length} – {record.max_length or '∞'}"

    def cell_rewriting(self, record: GatewayRule) -> str | SafeString:
        if not (record.strip or record.prepend):
            return _("Unchanged")
        return markup("<code>{}</code>", rewriting_example(record.prefix, record.strip, record.prepend))

    def cell_gateway(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:gateways:detail", record.gateway_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.gateway), record.gateway_id)

    def cell_carrier(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:carriers:detail", record.carrier_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_change_date(self, record: GatewayRule) -> str | SafeString:
        return self.when(record.change_date)
