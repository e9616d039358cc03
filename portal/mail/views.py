"""The mail folder, used without a mail server: each mail is a file, which operators can read on its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from portal.core.views import PortalView

FILE_NAME = re.compile(r"[\w-]+\.log")
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One mail of the folder; ``name`` is the name of its file without the extension."""

    name: str
    sent_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""


def list_messages() -> list[StoredMessage]:
    """Return all mails, newest first."""
    folder: Path = settings.MAIL_FOLDER
    files = [path for path in folder.glob("*.log") if FILE_NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(map(_read, files), key=lambda stored: stored.sent_at, reverse=True)


def find_message(name: str) -> StoredMessage | None:
    """Return a mail by its name; ``None`` if it does not exist."""
    path: Path = settings.MAIL_FOLDER / f"{name}.log"
    return _read(path) if FILE_NAME.fullmatch(path.name) and path.is_file() else None


def _read(path: Path) -> StoredMessage:
    raw = path.read_bytes().partition(SEPARATOR)[0]
    message = BytesParser(policy=policy.default).parsebytes(raw)
    return StoredMessage(path.stem, datetime.fromtimestamp(path.stat().st_mtime, UTC), message)


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
        page = Paginator(list_messages(), ROWS).get_page(request.GET.get("page"))
        return self.show(page=page)


class FolderMessage(FolderView):
    template_name = "mail/message.html"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        stored = find_message(name)
        if stored is None:
            raise Http404
        return self.show(stored=stored)
