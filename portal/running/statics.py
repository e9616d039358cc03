"""Collects the static files into one folder if one of them has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def statics_fingerprint() -> str:
    """Return a digest of name, size and modification time of every static file, including those of packages."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_statics() -> bool:
    """Collect the static files if they have changed since the last time; return whether they had."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    current = statics_fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(current)
    return True
