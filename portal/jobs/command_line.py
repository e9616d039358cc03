"""Jobs on the command line: who their author is, and how they are shown and worked on there."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, OutputWrapper

from portal.core.domain_files.reading import InvalidFile, read_domain_file
from portal.core.rooms import resources
from portal.core.sheet_files import UnreadableFile
from portal.core.viewer import Role, Viewer

from . import engine, services
from .authors import sign_in_operator
from .choices import DOMAIN_FILE, TROUBLED, WORKED_ON, JobState
from .logins import viewer_of
from .models import Job
from .showing import ShownJob

SHOWN = 20
PAUSE = 0.5


def job_of(operator: str, engine_name: str = "", **values: Any) -> Job:
    """Return a new job, which is not stored yet; raises ``CommandError`` if there is no such operator."""
    viewer, session = sign_in_operator(operator, engine_name)
    return services.new_job(viewer, session, "", **values)


def _author(job: Job) -> tuple[Viewer, SessionBase]:
    """Return the author of a job as they would be signed in now; raises ``CommandError`` for a reseller or customer."""
    author = viewer_of(job)
    if author.role is not Role.OPERATOR or author.acting:
        raise CommandError("The portal has no login for this job. Its author can do this on its page.")
    return sign_in_operator(author.login, author.engine)


def resume(job: Job) -> bool:
    """Resume a paused job of an operator, with the rights that they have now."""
    return services.resume(job, *_author(job))


def retry(job: Job) -> bool:
    """Try the rows of an operator's job that failed or conflict once more."""
    return services.try_again(job, *_author(job))


def undo(job: Job) -> Job | bool:
    """Make a plan that undoes an operator's job."""
    viewer, session = _author(job)
    if not services.may_undo(viewer, job):
        return False
    return services.plan_undo(services.new_job(viewer, session, ""), job)


def plan_file(job: Job, kind: str, file: Path, mode: str, out: OutputWrapper) -> None:
    """Make a job the plan of a file and show it; raises ``CommandError`` if the file cannot be read."""
    try:
        _store_file(job, kind, file, mode)
    except (OSError, UnreadableFile, InvalidFile) as error:
        raise CommandError(str(error)) from error
    if job.state == JobState.MAPPING:
        headings = ", ".join((job.sheet or {})["headings"])
        services.cancel(job)
        raise CommandError(f"These headings do not name the key, or name unknown columns: {headings}")
    work_on(job, out)
    show_troubles(job, out)
    out.write(line_of(job))


def _store_file(job: Job, kind: str, file: Path, mode: str) -> None:
    if kind == DOMAIN_FILE:
        services.store_domain_file(job, read_domain_file(file.read_bytes()), mode)
        return
    with file.open("rb") as opened:
        services.store_file(job, resources()[kind, ""], opened, mode)


def find_job(number: str) -> Job:
    """Return a job by its id, or by the beginning of it."""
    try:
        return Job.objects.get(pk=uuid.UUID(number))
    except (ValueError, ValidationError, Job.DoesNotExist):
        found = [job for job in Job.objects.order_by("-made") if str(job.pk).startswith(number)]
    if len(found) != 1:
        raise CommandError(f"There is {'no job' if not found else 'more than one job'} {number!r}.")
    return found[0]


def work_on(job: Job, out: OutputWrapper) -> None:
    """Work on a job in this process until it waits for a person or has ended; show its progress."""
    while job.state in WORKED_ON:
        if not engine.work(only=job):
            time.sleep(PAUSE)
        job.refresh_from_db()
        out.write(line_of(job))


def line_of(job: Job) -> str:
    """Return a job in one line: its id, state, numbers, rate and time left."""
    shown = ShownJob(job)
    parts = [f"{part.number} {str(part.label).lower()}" for part in shown.parts() if part.number]
    if job.state == JobState.RUNNING and shown.rate:
        parts += [shown.rate_text, f"{shown.left_text} left"]
    note = f" ({job.note})" if job.note else ""
    return f"{str(job.pk)[:8]}  {shown.state_word:<10} {job.title}: {', '.join(parts) or 'nothing yet'}{note}"


def show_troubles(job: Job, out: OutputWrapper) -> None:
    """Write the first rows that failed or conflict, with their lines and reasons."""
    troubled = job.rows.filter(state__in=TROUBLED).order_by("phase", "position")
    for row in troubled[:SHOWN]:
        out.write(f"  line {row.line or row.position + 1}: {row.key}: {row.reason}")
    if (more := troubled.count() - SHOWN) > 0:
        out.write(f"  and {more} more")
