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

from portal.core.forms import add_css_classes
from portal.core.rooms import RESELLERS
from portal.core.views import PortalView
from portal.ngnpro.records.base import Record

from . import services
from .exporting import DomainExport
from .forms import DomainFileForm, ExportForm
from .lines import domain_kind
from .models import DomainImport
from .reading import InvalidFile


class TransferExport(PortalView):
    """Asks whether passwords are to be in the file, and returns the file by POST."""

    template_name = "domains/transfer/export.html"

    @cached_property
    def record(self) -> Record:
        record: Record | None = domain_kind().find(self.ngnpro, self.kwargs["domain"])
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
        name = domain_kind().key_of(self.record)
        export = DomainExport(self.ngnpro, self.record, name, secrets=secrets, whole_owners=whole)
        text = export.started()
        self.request.writes.record_operation("exportDomainWithPasswords" if secrets else "exportDomain", self.record)
        headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
        return StreamingHttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


class TransferImport(PortalView):
    """Stores an uploaded file for the preview; writes nothing to NGNPro."""

    template_name = "domains/transfer/upload.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(DomainFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DomainFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        try:
            stored = services.store_upload(self.request.viewer, form.cleaned_data["file"].read())
        except InvalidFile as invalid:
            form.add_error("file", str(invalid))
            return self.page(form, 422)
        return HttpResponseRedirect(reverse("domains:transfer:import-page", args=[stored.pk]))

    def page(self, form: DomainFileForm, status: int = 200) -> HttpResponse:
        add_css_classes(form)
        return self.show(status, form=form)


class TransferImportPage(PortalView):
    """Shows the import preview, then the progress and the outcome; each POST stores the next lines."""

    template_name = "domains/transfer/import.html"

    @cached_property
    def stored(self) -> DomainImport:
        who = services.identity_of(self.request.viewer)[:800]
        return get_object_or_404(DomainImport, pk=self.kwargs["transfer"], who=who)

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if self.stored.started:
            found = services.results_of(self.stored)
        else:
            found = services.preview_import(self.ngnpro, self.request.viewer, self.stored)
        return self.show(stored=self.stored, summary=found)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if "again" in request.POST and self.stored.is_finished:
            services.start_again(self.stored)
        services.run_step(self.stored, self.ngnpro, self.request.viewer, self.request.writes)
        return HttpResponseRedirect(request.path)
