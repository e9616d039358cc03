"""`manage.py check_install`: tell in plain words what is missing or unsafe (docs/operations.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.ngnpro.checkup import CheckResult, Grade
from portal.running.install import connection_checks, settings_checks

LABELS = {Grade.BAD: "to mend", Grade.NOTE: "note", Grade.GOOD: "ok"}


class Command(BaseCommand):
    help = (
        "Check settings, files, database, queue, worker, mail server and NGNPro servers, and say in plain words what "
        "is missing or unsafe. The exit status is 1 if something is to be mended."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print only what is to be mended")
        parser.add_argument(
            "--before-start", action="store_true", help="leave out what needs the worker, Redis and NGNPro to run"
        )

    def handle(self, *args: Any, quiet: bool, before_start: bool, **options: Any) -> None:
        problems = 0
        for finding in findings(before_start=before_start):
            problems += finding.grade is Grade.BAD
            if finding.grade is Grade.BAD or not quiet:
                self.stdout.write(f"{LABELS[finding.grade]:8} {finding.text}")
        if problems:
            raise CommandError(f"{problems} to mend.")


def findings(*, before_start: bool) -> Iterator[CheckResult]:
    """Yield the findings one by one, as the checks are made."""
    yield from settings_checks.check_settings()
    yield from settings_checks.check_files()
    yield from connection_checks.check_database()
    if not before_start:
        yield from connection_checks.check_parts()
        yield from connection_checks.check_ngnpro()
