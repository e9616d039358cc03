"""The list of aliases."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.tables import Column, Table
from portal.core.templatetags.portal import address, when
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
        return address(reverse("aliases:edit", args=[str(record.id)]), record.id.username, record.id.domain)

    def cell_target(self, record: SipAlias) -> SafeString:
        url = reverse("accounts:detail", args=[str(record.target)])
        return address(url, record.target.username, record.target.domain)

    def cell_owner(self, record: SipAlias) -> str | SafeString:
        return self.names.link(record.owner)

    def cell_change_date(self, record: SipAlias) -> str | SafeString:
        return when(record.change_date)
