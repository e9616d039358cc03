"""Pages of the records room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.dns_records import full_name
from portal.core.form_views import AddView, EditView
from portal.core.views import DeleteView, ListView
from portal.dns.pages import to_zone
from portal.dns.records.forms import RecordTable
from portal.ngnpro.records import DnsRecord

from .forms import RecordAddForm, RecordEditForm, RecordFilterForm
from .room import RECORDS


def words_of(record: DnsRecord) -> dict[str, str]:
    return {"name": full_name(record.name, record.zone), "type": record.type}


class RecordList(ListView[DnsRecord]):
    resource = RECORDS
    template_name = "dns/records/list.html"
    title = gettext_lazy("DNS records")
    table_class = RecordTable
    filter_class = RecordFilterForm

    def owners(self, record: DnsRecord) -> tuple[int]:
        return (record.owner,)


class RecordAdd(AddView[DnsRecord]):
    resource = RECORDS
    template_name = "dns/records/form.html"
    title = gettext_lazy("Add a DNS record")
    button = gettext_lazy("Add record")
    form_class = RecordAddForm

    def done(self, record: DnsRecord) -> HttpResponse:
        messages.success(self.request, _("The %(type)s record %(name)s was added.") % words_of(record))
        return to_zone(record.zone, "dns:records:list")


class RecordEdit(EditView[DnsRecord]):
    resource = RECORDS
    template_name = "dns/records/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = RecordEditForm

    def done(self, record: DnsRecord) -> HttpResponse:
        self.tell_saved(_("The %(type)s record %(name)s was saved.") % words_of(record))
        return to_zone(record.zone, "dns:records:list")


class RecordDelete(DeleteView[DnsRecord]):
    resource = RECORDS
    template_name = "dns/records/delete.html"

    def name_of(self, record: DnsRecord) -> str:
        return _("the %(type)s record %(name)s") % words_of(record)

    def done(self, record: DnsRecord) -> HttpResponse:
        messages.success(self.request, _("The %(type)s record %(name)s was deleted.") % words_of(record))
        return to_zone(record.zone, "dns:records:list")
