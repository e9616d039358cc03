"""`manage.py restore`: restore a backup onto a machine that has no portal and no platform yet (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ngnpro_wire.backups.errors import BackupError
from portal.running.backup.restoring import restore_backup


class Command(BaseCommand):
    help = "Restore a backup to empty databases; nothing that exists is ever replaced."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file that `manage.py backup` wrote")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the file with the secret key of age")

    def handle(self, *args: Any, file: Path, identity: Path | None, **options: Any) -> None:
        try:
            said = restore_backup(file, identity)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        for text in said:
            self.stdout.write(text)
        self.stdout.write("Now run `python -m ngnpro_server init-db` and `manage.py prepare`, then start the services.")
