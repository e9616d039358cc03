"""Pages of the zones room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.form_views import AddView, AskingView, EditView
from portal.core.forms import RecordForm, add_css_classes
from portal.core.viewer import Role
from portal.core.views import DeleteView, DetailView, ListView, RecordView
from portal.dns.zones.forms import ZoneTable
from portal.ngnpro import OrderBy, Query, Range
from portal.ngnpro.records import DnsFancyRecordFilter, DnsRecord, DnsRecordFilter, DnsZone

from .files import json_file, line_of, zone_file
from .forms import ServiceForm, ZoneEditForm, ZoneFilterForm, ZoneForm
from .live import compare, delegation_of, signing_of
from .room import ZONES
from .services import plan_records

SHOWN = 200


def detail_url(record: DnsZone) -> str:
    return reverse("dns:zones:detail", args=[record.name])


class ZoneList(ListView[DnsZone]):
    resource = ZONES
    template_name = "dns/zones/list.html"
    title = gettext_lazy("DNS zones")
    table_class = ZoneTable
    filter_class = ZoneFilterForm

    def owners(self, record: DnsZone) -> tuple[int, int]:
        return record.customer, record.reseller


class ZoneDetail(DetailView[DnsZone]):
    """A zone with its records, compared with those in DNS on demand (``?dns=1``)."""

    resource = ZONES
    template_name = "dns/zones/detail.html"

    def more(self, record: DnsZone) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        window = Query(filter=DnsRecordFilter(zone=record.name), order_by=OrderBy("name"), range=Range(0, SHOWN))
        records = self.ngnpro.dns.get_records(window)
        return {
            "owner": self.names.show(record.customer),
            "records": records.items,
            **self.live(record, records.items),
            "more": max(0, records.total - SHOWN),
            "total": records.total,
        }

    def live(self, zone: DnsZone, records: Sequence[DnsRecord]) -> dict[str, Any]:
        """Return what DNS should have of the zone, and if that was asked for, what it has."""
        asked = bool(self.request.GET.get("dns"))
        return {
            "lines": compare(zone, records, with_dns=asked),
            "signing": signing_of(zone.name) if asked else None,
            "delegation": delegation_of(zone.name) if asked else None,
        }


class ZoneExport(RecordView[DnsZone]):
    """A zone as a file: in BIND's form, or with ``?as=json`` as CDRTool writes it."""

    resource = ZONES

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        zone = self.get_record()
        records = self.ngnpro.dns.iter_records(DnsRecordFilter(zone=zone.name))
        if request.GET.get("as") != "json":
            return self.file(f"{zone.name}.zone", "text/dns; charset=utf-8", [*zone_file(zone, records)])
        forwards = self.ngnpro.dns.iter_fancy_records(DnsFancyRecordFilter(zone=zone.name))
        self.names.prepare([zone.customer])
        owner = dict(self.names).get(zone.customer, "")
        return self.file(f"{zone.name}.json", "application/json", [json_file(zone, records, forwards, owner)])

    def file(self, name: str, content_type: str, lines: list[str]) -> HttpResponse:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse("".join(lines), content_type=content_type, headers=headers)


class ZoneTemplate(RecordView[DnsZone]):
    """Adds the records of a service to a zone, after they were shown; those that it has are left alone."""

    resource = ZONES
    template_name = "dns/zones/template.html"
    stores_rest = True

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(ServiceForm(request.GET if "template" in request.GET else None))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        zone, form = self.get_record(), ServiceForm(request.POST)
        if not form.is_valid():
            return self.page(form, 422)
        added = 0
        for record, is_there in plan_records(self.ngnpro, form.records(zone)):
            if not is_there:
                with self.request.writes.change(None, record) as write:
                    write.stored = self.ngnpro.dns.add_record(record)
                added += 1
        words = ngettext("%(number)s record was added.", "%(number)s records were added.", added)
        messages.success(request, words % {"number": added})
        return HttpResponseRedirect(detail_url(zone))

    def page(self, form: ServiceForm, status: int = 200) -> HttpResponse:
        zone = self.get_record()
        add_css_classes(form)
        planned = plan_records(self.ngnpro, form.records(zone)) if form.is_bound and form.is_valid() else ()
        lines = [(line_of(record), is_there) for record, is_there in planned]
        return self.show(status, form=form, record=zone, lines=lines)


class ZoneAdd(AskingView[DnsZone], AddView[DnsZone]):
    """Adds a zone; one that DNS delegates to other servers needs an operator, who is asked again."""

    resource = ZONES
    template_name = "dns/zones/form.html"
    title = gettext_lazy("Add a DNS zone")
    button = gettext_lazy("Add zone")
    form_class = ZoneForm

    def initial(self) -> dict[str, Any]:
        return {"nameservers": self.ngnpro.engine.name_servers}

    def save(self, form: RecordForm[DnsZone], wanted: DnsZone, **context: Any) -> HttpResponse:
        self.delegation = delegation_of(wanted.name)
        engine, role = self.ngnpro.engine, self.request.viewer.effective_role
        if role is not Role.OPERATOR and not engine.foreign_zones and self.is_elsewhere(wanted):
            form.add_error("name", self.where(_("Ask your provider if the zone is to move here.")))
            return self.refuse(form)
        return super().save(form, wanted, **context)

    def is_elsewhere(self, wanted: DnsZone) -> bool:
        return self.delegation.is_elsewhere(self.ngnpro.engine.name_servers or wanted.nameservers)

    def where(self, then: str) -> str:
        words = _("DNS delegates this name to other servers: %(servers)s.")
        return f"{words % {'servers': ', '.join(self.delegation.servers)}} {then}"

    def doubts(self, before: DnsZone | None, wanted: DnsZone) -> list[str]:
        if self.delegation.problem:
            words = _("It is not known whether DNS delegates this name to other servers: %(problem)s")
            return [words % {"problem": self.delegation.problem}]
        return [self.where(_("This zone is then not used."))] if self.is_elsewhere(wanted) else []

    def done(self, record: DnsZone) -> HttpResponse:
        messages.success(self.request, _("Zone %(zone)s was added.") % {"zone": record.name})
        return HttpResponseRedirect(detail_url(record))


class ZoneEdit(EditView[DnsZone]):
    resource = ZONES
    template_name = "dns/zones/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = ZoneEditForm

    def done(self, record: DnsZone) -> HttpResponse:
        self.tell_saved(_("Zone %(zone)s was saved.") % {"zone": record.name})
        return HttpResponseRedirect(detail_url(record))


class ZoneDelete(DeleteView[DnsZone]):
    resource = ZONES
    template_name = "dns/zones/delete.html"

    def name_of(self, record: DnsZone) -> str:
        return record.name

    def done(self, record: DnsZone) -> HttpResponse:
        messages.success(self.request, _("Zone %(zone)s was deleted.") % {"zone": record.name})
        return HttpResponseRedirect(reverse("dns:zones:list"))
