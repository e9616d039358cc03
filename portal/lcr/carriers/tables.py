"""The list of carriers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, when
from portal.ngnpro.records import Carrier


class CarrierTable(Table[Carrier]):
    caption = gettext_lazy("Carriers")
    columns = (
        Column("name", gettext_lazy("Carrier"), sort="name"),
        Column("reseller", gettext_lazy("Reseller"), css="keep"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: Carrier) -> SafeString:
        url = reverse("lcr:carriers:detail", args=[record.id])
        return format_html('{}<span class="sub">{}</span>', link(url, record.name), record.id)

    def cell_reseller(self, record: Carrier) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Carrier) -> str | SafeString:
        return when(record.change_date)
