"""The list of trusted peers."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link
from portal.ngnpro.records import TrustedPeer


class PeerTable(Table[TrustedPeer]):
    caption = gettext_lazy("Trusted peers")
    columns = (
        Column("ip", gettext_lazy("Host"), sort="ip"),
        Column("description", gettext_lazy("Name"), sort="description", css="keep"),
        Column("state", gettext_lazy("State"), css="keep"),
        Column("calls", gettext_lazy("Calls at a time"), css="num opt-md"),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_ip(self, record: TrustedPeer) -> SafeString:
        name = link(page_url("lcr:peers:detail", record.ip), record.ip)
        teams = markup('<span class="sub">{}</span>', _("Microsoft Teams")) if record.msteams else ""
        return markup("{}{}", name, teams)

    def cell_description(self, record: TrustedPeer) -> SafeString:
        return markup('{}<span class="sub">{}</span>', record.description, record.tags)

    def cell_state(self, record: TrustedPeer) -> SafeString:
        return lamp("bad", _("Blocked")) if record.blocked else lamp("on", _("Open"))

    def cell_calls(self, record: TrustedPeer) -> str:
        return str(record.call_limit) if record.call_limit else _("No limit")

    def cell_owner(self, record: TrustedPeer) -> str | SafeString:
        return self.names.show(record.customer)

    def cell_change_date(self, record: TrustedPeer) -> str | SafeString:
        return self.when(record.change_date)
