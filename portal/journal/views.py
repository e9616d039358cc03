"""Pages of the journal room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.rooms import journal_kinds, resources
from portal.core.spreadsheets import csv_response
from portal.core.views import PortalView
from portal.journal.forms import JournalTable
from portal.ngnpro import Ngnpro

from .exporting import export_header, export_rows
from .forms import JournalFilterForm
from .models import JournalEntry
from .readers import visible_to
from .selection import Entries, Keyset, cut_page, matching_entries
from .showing import ShownEntry
from .undo import carry_out, obstacle_to, plan_for


class JournalView(PortalView):
    """A page of the journal, with the entries that the viewer may read."""

    def entries(self) -> Entries:
        return visible_to(self.request.viewer)

    def shown(self, entry: JournalEntry) -> ShownEntry:
        return ShownEntry(entry, self.request.viewer, self.names)

    def filter_form(self) -> JournalFilterForm:
        form = JournalFilterForm(self.request.GET)
        form.offer(writing_operations(self.ngnpro))
        return form


def writing_operations(ngnpro: Ngnpro) -> list[str]:
    """Return the names of the NGNPro server's operations that change something."""
    names = {operation.name for operation in ngnpro.gate.document.schema.operations.values()}
    return sorted(name for name in names if not name.startswith("get"))


class JournalList(JournalView):
    template_name = "journal/list.html"
    title = gettext_lazy("Journal")

    def get(self, request: HttpRequest) -> HttpResponse:
        window, form = Keyset(request.GET), self.filter_form()
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        found = cut_page(matching_entries(self.entries(), form.to_filter()), window)
        table = JournalTable([self.shown(entry) for entry in found.entries], found, window, self.names)
        return self.show(form=form, table=table, window=window, found=found, chips=form.chips(window))


class JournalExport(JournalView):
    """Returns all entries that the filter finds as a CSV file."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = self.filter_form()
        if not form.is_valid():
            return HttpResponseRedirect(f"{reverse('journal:list')}?{request.GET.urlencode()}")
        entries = matching_entries(self.entries(), form.to_filter())
        name = f"journal-{timezone.localdate():%Y-%m-%d}.csv"
        return csv_response(name, export_header(), export_rows(entries, self.request.viewer, self.names))


class RecordHistory(JournalView):
    """Lists the entries about one record, newest first."""

    template_name = "journal/record.html"

    def get(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        if kind not in journal_kinds():
            raise Http404
        known = resources().get((kind, ""))
        window = Keyset(request.GET)
        found = cut_page(self.entries().filter(kind=kind, key=key.lower()), window)
        table = JournalTable([self.shown(entry) for entry in found.entries], found, window, self.names)
        return self.show(
            key=key, label=journal_kinds()[kind], table=table, found=found, page=known.page(key) if known else ""
        )


class EntryView(JournalView):
    """A page about one entry; answers 404 for entries that the viewer may not read."""

    def entry(self) -> JournalEntry:
        return get_object_or_404(self.entries(), pk=self.kwargs["entry"])


class EntryDetail(EntryView):
    template_name = "journal/detail.html"

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        entry = self.entry()
        return self.show(
            shown=self.shown(entry),
            obstacle=obstacle_to(self.request.viewer, entry),
            undone_by=entry.undone_by.all(),
        )


class EntryUndo(EntryView):
    """Shows what undoing an entry will do, and undoes it, unless that is impossible or the record has changed since."""

    template_name = "journal/undo.html"

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.page(status=200)

    def page(self, status: int) -> HttpResponse:
        entry = self.entry()
        plan = plan_for(self.ngnpro, self.request.viewer, self.names, entry)
        return self.show(status, shown=self.shown(entry), plan=plan)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        entry = self.entry()
        plan = plan_for(self.ngnpro, self.request.viewer, self.names, entry)
        if not plan.is_possible:
            return self.show(409, shown=self.shown(entry), plan=plan)
        made = carry_out(self.ngnpro, self.request.writes, plan)
        messages.success(request, _("Entry %(number)s was undone.") % {"number": entry.pk})
        return HttpResponseRedirect(reverse("journal:detail", args=[made.pk]))
