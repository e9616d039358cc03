"""The pages of the mail folder, which exist only without a mail server."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from portal.core.views import PortalView

from . import folder

ROWS = 50


class FolderView(PortalView):
    """A page that answers 404 if there is a mail server."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        if settings.EMAIL_HOST:
            raise Http404


class FolderList(FolderView):
    template_name = "mail/folder.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(folder.list_messages(), ROWS).get_page(request.GET.get("page"))
        return self.show(page=page)


class FolderMessage(FolderView):
    template_name = "mail/message.html"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        stored = folder.find_message(name)
        if stored is None:
            raise Http404
        return self.show(stored=stored)
