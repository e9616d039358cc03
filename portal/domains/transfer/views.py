"""Pages of exporting and importing a domain."""

from __future__ import annotations

from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from portal.core.forms import dress
from portal.core.rooms import RESELLERS
from portal.core.views import PortalView
from portal.ngnpro.records import SipDomain

from . import tasks
from .document import Wrong
from .exporting import Export
from .forms import ExportForm, ImportForm
from .models import DomainImport


class TransferExport(PortalView):
    """Asks whether passwords are to be in the file, and gives it by POST."""

    template_name = "domains/transfer/export.html"

    @cached_property
    def record(self) -> SipDomain:
        record = self.ngnpro.sip.find_domain(self.kwargs["domain"])
        if record is None:
            raise Http404
        return record

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = ExportForm(viewer=self.request.viewer)
        return self.show(record=self.record, form=form)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponseBase:
        form = ExportForm(request.POST, viewer=self.request.viewer)
        secrets = form.is_valid() and form.cleaned_data["passwords"]
        whole = self.request.viewer.effective_role in RESELLERS
        export = Export(self.ngnpro, self.record, secrets=secrets, whole_customers=whole)
        text = export.started()
        self.request.writes.tell("exportDomainWithPasswords" if secrets else "exportDomain", self.record)
        name = self.record.domain
        headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
        return StreamingHttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


class TransferImport(PortalView):
    """Takes a file, and writes nothing: its preview comes next."""

    template_name = "domains/transfer/upload.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        try:
            kept = tasks.keep(self.request.viewer, form.cleaned_data["file"].read())
        except Wrong as wrong:
            form.add_error("file", str(wrong))
            return self.page(form, 422)
        return HttpResponseRedirect(reverse("domains:transfer:import-page", args=[kept.pk]))

    def page(self, form: ImportForm, status: int = 200) -> HttpResponse:
        dress(form)
        return self.show(status, form=form)


class TransferImportPage(PortalView):
    """Shows what an import will do, then how far it is and how it ended; each POST does the next lines."""

    template_name = "domains/transfer/import.html"

    @cached_property
    def kept(self) -> DomainImport:
        who = tasks.identity(self.request.viewer)[:800]
        return get_object_or_404(DomainImport, pk=self.kwargs["transfer"], who=who)

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if self.kept.started:
            return self.show(kept=self.kept, summary=tasks.results_of(self.kept))
        document = tasks.document_of(self.kept)
        found = tasks.preview(self.ngnpro, self.request.viewer, document)
        return self.show(kept=self.kept, summary=found, passwords=document.passwords)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if "again" in request.POST and self.kept.is_finished:
            tasks.start_again(self.kept)
        tasks.step(self.kept, self.ngnpro, self.request.viewer, self.request.writes)
        return HttpResponseRedirect(request.path)
