"""`manage.py backup`: write the portal and the platform at one moment to one file (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ngnpro_wire.backups.archive import new_identity
from ngnpro_wire.backups.errors import BackupError
from portal.running.backup.making import make_backup


class Command(BaseCommand):
    help = (
        "Write a backup of the portal and of the NGNPro server on this machine to one new file, while both are in use. "
        "It is encrypted for the keys of PORTAL_BACKUP_RECIPIENTS."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("target", nargs="?", type=Path, help="the new file, or the folder for it")
        what.add_argument(
            "--new-key", action="store_true", help="print a pair of keys for backups, and do nothing else"
        )

    def handle(self, *args: Any, target: Path | None, **options: Any) -> None:
        if target is None:
            public, secret = new_identity()
            self.stdout.write(f"# Set PORTAL_BACKUP_RECIPIENTS={public}\n# Store this elsewhere:\n{secret}")
            return
        try:
            file, left_out = make_backup(target)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        secrecy = "encrypted" if settings.BACKUP_RECIPIENTS else "not encrypted: see PORTAL_BACKUP_RECIPIENTS"
        self.stdout.write(f"The backup is in {file} ({secrecy}). It does not contain:")
        for text in left_out:
            self.stdout.write(f"- {text}")
