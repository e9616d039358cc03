"""`manage.py apply JOB` carries out a plan; `manage.py apply platform.yaml` makes the plan of a platform's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.authors import add_author_options, author_of
from portal.jobs.choices import TO_WRITE, TROUBLED, JobState
from portal.jobs.command_line import find_job, line_of, show_troubles, work_on
from portal.jobs.models import Job
from portal.jobs.platform_files.parsing import UnreadablePlatform
from portal.jobs.platform_files.preview import preview_lines
from portal.jobs.platform_files.reading import kinds_of, read_platform
from portal.ngnpro import errors

CHANGES = 2  # exit code
ENDS = (".yaml", ".yml")


class Command(BaseCommand):
    help = (
        "Carry out a plan. The workers do it; with --wait this process works on it, too, and shows the progress. Of a"
        " platform's YAML file, make the plan and show it; with --yes it is carried out. The exit code is 0 if all is"
        " done or nothing is to be done, 2 with --check if something is, and 1 for a file or row with a problem."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", help="its id, or the beginning of it; or a file *.yaml")
        parser.add_argument("--wait", action="store_true", help="return when it has ended")
        parser.add_argument("--yes", action="store_true", help="of a file: carry its plan out, and wait")
        parser.add_argument("--check", action="store_true", help="of a file: only show what it would change")
        parser.add_argument("--delete", action="store_true", help="of a file: delete what its lists do not have")
        add_author_options(parser)

    def handle(self, *_args: Any, job: str, wait: bool, **options: Any) -> None:
        if job.endswith(ENDS):
            self.apply_file(Path(job), options)
            return
        found = find_job(job)
        if not services.apply_plan(found) and found.state != JobState.RUNNING:
            raise CommandError(f"It is not a plan that waits to be carried out: {line_of(found)}")
        found.refresh_from_db()
        if wait:
            work_on(found, self.stdout)
            show_troubles(found, self.stdout)
        self.stdout.write(line_of(found))

    def apply_file(self, file: Path, options: dict[str, Any]) -> None:
        """Plan a file, show the plan, and carry it out if that is wanted."""
        job = self.plan(file, options)
        work_on(job, self.stdout)
        if job.state != JobState.PLANNED:
            raise CommandError(f"It could not be planned: {line_of(job)}")
        self.stdout.writelines(f"{line}\n" for line in preview_lines(job))
        is_troubled = job.rows.filter(state__in=TROUBLED).exists()
        is_changed = job.rows.filter(state__in=TO_WRITE).exists()
        if options["check"] or not is_changed:
            services.cancel(job)
            self.end(job, troubled=is_troubled, changed=is_changed and options["check"])
        elif options["yes"]:
            self.carry_out(job)
        else:
            self.stdout.write(f"Nothing was changed. Start it under Jobs, or with: manage.py apply {str(job.pk)[:8]}")
            self.end(job, troubled=is_troubled)

    def plan(self, file: Path, options: dict[str, Any]) -> Job:
        """Store the plan of a file."""
        author = author_of(options)
        try:
            found = read_platform(file.read_bytes())
            author.require(kinds_of(found))
            job = services.new_job(author.viewer, author.session, "", title=f"Apply {file.name}"[:300])
            return services.store_platform(job, found, author.client(), deletes=options["delete"])
        except (OSError, UnreadablePlatform) as error:
            raise CommandError(f"{file}: {error}") from None
        except errors.NgnproError as error:
            raise CommandError(f"NGNPro did not list the records: {error}. Nothing was changed.") from None

    def carry_out(self, job: Job) -> None:
        services.apply_plan(job)
        job.refresh_from_db()
        work_on(job, self.stdout)
        show_troubles(job, self.stdout)
        is_troubled = job.rows.filter(state__in=TROUBLED).exists() or job.state != JobState.FINISHED
        self.end(job, troubled=is_troubled)

    def end(self, job: Job, *, troubled: bool, changed: bool = False) -> None:
        """Show the job in a line, and end with the exit code that programs look at."""
        self.stdout.write(line_of(job))
        if troubled:
            raise CommandError("Some entries have problems, which are listed above.")
        if changed:
            raise SystemExit(CHANGES)
