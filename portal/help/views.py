"""Pages of the help room: the index with its search, and a document."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from portal.core.views import PortalView

from .documents import documents
from .readers import document_for, may_read, search_documents, shelves_for


class HelpIndex(PortalView):
    """Lists the documents that the viewer may read, or what a search (``?q=``) finds in them."""

    template_name = "help/index.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = self.request.viewer
        wanted = request.GET.get("q", "").strip()[:200]
        return self.show(wanted=wanted, found=search_documents(viewer, wanted), shelves=shelves_for(viewer))


class HelpPage(PortalView):
    """Shows a document; one that is for others is as unknown as one that does not exist."""

    template_name = "help/page.html"

    def get(self, request: HttpRequest, document: str) -> HttpResponse:
        viewer = self.request.viewer
        if document not in documents() or not may_read(viewer, document):
            raise Http404
        return self.show(document=document_for(viewer.role, document))
