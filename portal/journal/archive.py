"""The archive of the journal: entries are written to a file before they are deleted, one JSON object a line.

The file of a month is ``journal-2026-11.jsonl.gz``. Each batch of entries is a gzip member of its own (RFC 1952 2.2),
on disk before the entries are deleted, so that a worker that is killed leaves at most a batch in the file twice.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict
from django.utils import timezone

from .models import JournalEntry


def archive_entries(folder: Path, entries: Iterable[JournalEntry]) -> Path:
    """Append entries, with their authors, to the file of this month, and return it; raise ``OSError`` if that fails.

    Only this user may read the file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"journal-{timezone.now():%Y-%m}.jsonl.gz"
    lines = "".join(f"{json.dumps(_as_data(entry), cls=DjangoJSONEncoder)}\n" for entry in entries)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as opened:
        opened.write(gzip.compress(lines.encode()))
        opened.flush()
        os.fsync(opened.fileno())
    return file


def _as_data(entry: JournalEntry) -> dict[str, object]:
    data = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    return {**data, "author": model_to_dict(entry.author, exclude=["id"])}
