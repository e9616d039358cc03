"""The archive of the journal: entries are written to a file before they are deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict
from django.utils import timezone

from ngnpro_wire.archives import append_to_archive

from .models import JournalEntry


def archive_entries(folder: Path, entries: Iterable[JournalEntry]) -> Path:
    """Append entries, with their authors, to the file of this month, and return it; raise ``OSError`` if that fails."""
    lines = (json.dumps(_as_data(entry), cls=DjangoJSONEncoder) for entry in entries)
    return append_to_archive(folder, "journal", timezone.now(), lines)


def _as_data(entry: JournalEntry) -> dict[str, object]:
    data = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    return {**data, "author": model_to_dict(entry.author, exclude=["id"])}
