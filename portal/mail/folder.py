"""The mail folder of a machine without a mail server: each message is a file that operators can read in the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

FILE_NAME = re.compile(r"[\w-]+\.log")
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of the folder; ``name`` is its file's name without ending."""

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
    """List all messages, newest first."""
    folder: Path = settings.MAIL_FOLDER
    files = [path for path in folder.glob("*.log") if FILE_NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(map(_read, files), key=lambda stored: stored.sent_at, reverse=True)


def find_message(name: str) -> StoredMessage | None:
    """Find a message by the name that ``list_messages`` gave it."""
    path: Path = settings.MAIL_FOLDER / f"{name}.log"
    return _read(path) if FILE_NAME.fullmatch(path.name) and path.is_file() else None


def _read(path: Path) -> StoredMessage:
    raw = path.read_bytes().partition(SEPARATOR)[0]
    message = BytesParser(policy=policy.default).parsebytes(raw)
    return StoredMessage(path.stem, datetime.fromtimestamp(path.stat().st_mtime, UTC), message)
