"""`manage.py check_database`: wait for the database, or check its file; every service runs this before it starts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from ngnpro_wire.sqlite_guard import Damaged
from portal.running.preparing import require_whole_database, wait_until_it_answers


class Command(BaseCommand):
    help = "Wait until the portal's database answers; where it is a file, make sure that it is whole and empty its log."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=60, help="how long to wait (%(default)s)")

    def handle(self, *args: Any, seconds: float, **options: Any) -> None:
        try:
            note = require_whole_database()
            wait_until_it_answers(seconds)
        except Damaged as damaged:
            raise CommandError(str(damaged)) from None
        except OperationalError as error:
            raise CommandError(f"The portal's database does not answer: {str(error).strip()}") from None
        if note and options["verbosity"]:
            self.stdout.write(f"Note: {note}")
