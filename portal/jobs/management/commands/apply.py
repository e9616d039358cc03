"""`manage.py apply JOB`: carries out a plan, or goes on with a paused job."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.choices import JobState
from portal.jobs.command_line import find_job, line_of, show_troubles, work_on


class Command(BaseCommand):
    help = "Carry out a plan. The workers do it; with --wait this process works on it, too, and shows the progress."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", help="its id, or the beginning of it")
        parser.add_argument("--wait", action="store_true", help="return when it has ended")

    def handle(self, *_args: Any, job: str, wait: bool, **_options: Any) -> None:
        found = find_job(job)
        if not services.apply_plan(found) and found.state != JobState.RUNNING:
            raise CommandError(f"It is not a plan that waits to be carried out: {line_of(found)}")
        found.refresh_from_db()
        if wait:
            work_on(found, self.stdout)
            show_troubles(found, self.stdout)
        self.stdout.write(line_of(found))
