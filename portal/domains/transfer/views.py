"""The page of exporting a domain."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import cached_property

from portal.core.domain_files.lines import domain_kind
from portal.core.rooms import RESELLERS
from portal.core.views import PortalView
from portal.ngnpro.records.base import Record

from .exporting import DomainExport
from .forms import ExportForm


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
