"""The list of carriers."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.ngnpro.records import Carrier


class CarrierTable(Table[Carrier]):
    caption = gettext_lazy("Carriers")
    columns = (
        Column("name", gettext_lazy("Carrier"), sort="name"),
        Column("reseller", gettext_lazy("Reseller"), css="keep"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: Carrier) -> SafeString:
        url = page_url("lcr:carriers:detail", record.id)
        return markup('{}<span class="sub">{}</span>', link(url, record.name), record.id)

    def cell_reseller(self, record: Carrier) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Carrier) -> str | SafeString:
        return self.when(record.change_date)
