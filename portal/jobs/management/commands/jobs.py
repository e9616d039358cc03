"""`manage.py jobs`: lists the jobs with their progress, or pauses or cancels one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.command_line import find_job, line_of, show_troubles
from portal.jobs.models import Job

MOST = 50


class Command(BaseCommand):
    help = "List the newest jobs with their progress; with a job, list its rows that failed, or pause or cancel it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", nargs="?", default="", help="its id, or the beginning of it")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--pause", action="store_true")
        what.add_argument("--cancel", action="store_true")

    def handle(self, *_args: Any, job: str, pause: bool, cancel: bool, **_options: Any) -> None:
        if not job:
            if pause or cancel:
                raise CommandError("Say which job.")
            for one in Job.objects.order_by("-made")[:MOST]:
                self.stdout.write(line_of(one))
            return
        found = find_job(job)
        if (pause and not services.pause(found)) or (cancel and not services.cancel(found)):
            raise CommandError(f"Not possible now: {line_of(found)}")
        found.refresh_from_db()
        self.stdout.write(line_of(found))
        show_troubles(found, self.stdout)
