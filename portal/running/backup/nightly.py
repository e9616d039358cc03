"""The folder of the nightly backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

NAMES = "portal-*.backup"
_TIME = "portal-%Y-%m-%dT%H%M%SZ.backup"


def new_name() -> str:
    """Return the name of a backup that is made now; names are in the order of their times."""
    return timezone.now().astimezone(UTC).strftime(_TIME)


def backup_age() -> timedelta | None:
    """Return the age of the newest backup in ``PORTAL_BACKUP_FOLDER``; ``None`` if there is none."""
    found = sorted(Path(settings.BACKUP_FOLDER).glob(NAMES)) if settings.BACKUP_FOLDER else []
    return timezone.now() - datetime.fromtimestamp(found[-1].stat().st_mtime, UTC) if found else None


def delete_oldest(keep: int) -> list[Path]:
    """Delete the backups there except the newest ``keep`` (0: none is deleted), and return those that were deleted."""
    old = sorted(Path(settings.BACKUP_FOLDER).glob(NAMES))[:-keep] if keep else []
    for file in old:
        file.unlink()
    return old
