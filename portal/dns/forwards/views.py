"""Pages of the forwards room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.form_views import AddView, EditView
from portal.core.views import DeleteView, ListView
from portal.dns.forwards.forms import ForwardTable
from portal.dns.pages import to_zone
from portal.ngnpro.records import DnsFancyRecord

from .forms import ForwardEditForm, ForwardFilterForm, ForwardForm
from .room import FORWARDS


def name_of(record: DnsFancyRecord) -> str:
    return record.name or record.zone


class ForwardList(ListView[DnsFancyRecord]):
    resource = FORWARDS
    template_name = "dns/forwards/list.html"
    title = gettext_lazy("E-mail aliases and redirects")
    table_class = ForwardTable
    filter_class = ForwardFilterForm

    def owners(self, record: DnsFancyRecord) -> tuple[int]:
        return (record.owner,)


class ForwardAdd(AddView[DnsFancyRecord]):
    resource = FORWARDS
    template_name = "dns/forwards/form.html"
    title = gettext_lazy("Add an e-mail alias or a redirect")
    button = gettext_lazy("Add")
    form_class = ForwardForm

    def done(self, record: DnsFancyRecord) -> HttpResponse:
        messages.success(self.request, _("%(name)s was added.") % {"name": name_of(record)})
        return to_zone(record.zone, "dns:forwards:list")


class ForwardEdit(EditView[DnsFancyRecord]):
    resource = FORWARDS
    template_name = "dns/forwards/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = ForwardEditForm

    def done(self, record: DnsFancyRecord) -> HttpResponse:
        self.tell_saved(_("%(name)s was saved.") % {"name": name_of(record)})
        return to_zone(record.zone, "dns:forwards:list")


class ForwardDelete(DeleteView[DnsFancyRecord]):
    resource = FORWARDS
    template_name = "dns/forwards/delete.html"

    def name_of(self, record: DnsFancyRecord) -> str:
        return name_of(record)

    def done(self, record: DnsFancyRecord) -> HttpResponse:
        messages.success(self.request, _("%(name)s was deleted.") % {"name": name_of(record)})
        return to_zone(record.zone, "dns:forwards:list")
