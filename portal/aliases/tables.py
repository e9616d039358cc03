"""The list of aliases."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.markup import page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import address
from portal.ngnpro.records import SipAlias

BY_DOMAIN = gettext_lazy("by domain")


class AliasTable(Table[SipAlias]):
    caption = gettext_lazy("Aliases")
    columns = (
        Column("alias", gettext_lazy("Alias"), sort="aliasUsername", then=(("aliasDomain", BY_DOMAIN),)),
        Column("target", gettext_lazy("Points to"), "targetUsername", "keep", then=(("targetDomain", BY_DOMAIN),)),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_alias(self, record: SipAlias) -> SafeString:
        return address(page_url("aliases:edit", str(record.id)), record.id.username, record.id.domain)

    def cell_target(self, record: SipAlias) -> SafeString:
        url = page_url("accounts:detail", str(record.target))
        return address(url, record.target.username, record.target.domain)

    def cell_owner(self, record: SipAlias) -> str | SafeString:
        return self.names.link(record.owner)

    def cell_change_date(self, record: SipAlias) -> str | SafeString:
        return self.when(record.change_date)
