"""`manage.py jobs`: lists the jobs with their progress, or pauses, resumes, cancels, retries or undoes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.command_line import find_job, line_of, resume, retry, show_troubles, undo, work_on
from portal.jobs.models import Job

MOST = 50
DO: dict[str, Callable[[Job], Job | bool]] = {
    "pause": services.pause,
    "resume": resume,
    "cancel": services.cancel,
    "again": retry,
    "undo": undo,
}


class Command(BaseCommand):
    help = "List the newest jobs with their progress; with a job, list its rows that failed, or do something with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", nargs="?", default="", help="its id, or the beginning of it")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--pause", dest="do", action="store_const", const="pause")
        what.add_argument("--resume", dest="do", action="store_const", const="resume", help="go on with a paused job")
        what.add_argument("--cancel", dest="do", action="store_const", const="cancel")
        what.add_argument("--again", dest="do", action="store_const", const="again", help="try failed rows once more")
        what.add_argument("--undo", dest="do", action="store_const", const="undo", help="make a plan that undoes it")

    def handle(self, *_args: Any, job: str, do: str | None, **_options: Any) -> None:
        if not job:
            if do:
                raise CommandError("Say which job.")
            for one in Job.objects.order_by("-made")[:MOST]:
                self.stdout.write(line_of(one))
            return
        found = find_job(job)
        done = DO[do](found) if do else found
        if not done:
            raise CommandError(f"Not possible now: {line_of(found)}")
        shown = done if isinstance(done, Job) else found
        work_on(shown, self.stdout) if do == "undo" else shown.refresh_from_db()
        self.stdout.write(line_of(shown))
        show_troubles(shown, self.stdout)
