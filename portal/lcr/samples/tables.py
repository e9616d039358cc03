"""The list of sets of test numbers."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.models import NumberSet


class SampleTable(Table[NumberSet]):
    caption = gettext_lazy("Test numbers")
    default_sort = "name"
    columns = (
        Column("name", gettext_lazy("Set"), sort="name"),
        Column("calls", gettext_lazy("Calls"), css="num keep"),
        Column("first", gettext_lazy("First numbers"), css="keep"),
        Column("reseller", gettext_lazy("Routing of"), css="keep"),
    )

    def cell_name(self, record: NumberSet) -> SafeString:
        return link(page_url("lcr:samples:edit", record.pk), record.name)

    def cell_calls(self, record: NumberSet) -> str:
        return str(len(record.calls))

    def cell_first(self, record: NumberSet) -> str:
        return ", ".join(number for number, _caller in record.calls[:3])

    def cell_reseller(self, record: NumberSet) -> str | SafeString:
        return self.names.show(record.reseller) if record.reseller else _("The platform's own")
