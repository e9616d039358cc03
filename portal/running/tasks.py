"""Celery tasks of what runs the portal."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings

from ngnpro_wire.backups.errors import BackupError
from portal.celery import app

from .backup.making import make_backup
from .backup.nightly import delete_oldest

log = logging.getLogger(__name__)


@app.task
def back_up() -> str:
    """Write a backup to ``PORTAL_BACKUP_FOLDER``, delete the oldest ones there, and return the new file's name.

    Without that setting nothing is done. If the backup fails, none is deleted.
    """
    if not settings.BACKUP_FOLDER:
        return ""
    folder = Path(settings.BACKUP_FOLDER)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file, _left_out = make_backup(folder)
    except (BackupError, OSError) as error:
        log.error("There is no backup today: %s", error)
        return ""
    deleted = delete_oldest(settings.BACKUP_KEEP)
    log.info("The backup %s is made; %s older ones were deleted.", file, len(deleted))
    return str(file)
