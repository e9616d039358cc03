"""Pages about jobs: the list, the columns of a file, a plan and its job, its rows as a file, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.resources import Resource
from portal.core.rooms import resources
from portal.core.spreadsheets import csv_response
from portal.jobs import passwords, services
from portal.jobs.choices import REPORT, JobState
from portal.jobs.columns import columns_of
from portal.jobs.images import image_of
from portal.jobs.importing import IGNORED, cells_in_order, is_mapped
from portal.jobs.models import Job
from portal.jobs.showing import PARTS, ShownJob, show_row
from portal.mail.letters.paper import Unprintable

from .base import JobView

ROWS = 50
JOBS = 50


class JobList(JobView):
    template_name = "jobs/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = services.jobs_of(self.request.viewer).order_by("-made")
        page = Paginator(found, JOBS).get_page(request.GET.get("page"))
        return self.show(page=page, jobs=[ShownJob(job) for job in page])


class JobPage(JobView):
    """A page about one job that the viewer may see."""

    @cached_property
    def job(self) -> Job:
        return get_object_or_404(services.jobs_of(self.request.viewer), pk=self.kwargs["job"])

    @property
    def wanted(self) -> str:
        """Return the part of the rows that the URL asks for; empty for all."""
        part = self.request.GET.get("rows", "")
        return part if part in PARTS else ""

    @property
    def query(self) -> str:
        """Return the beginning of the query of links to other pages of the rows."""
        return f"rows={self.wanted}&" if self.wanted else ""

    def rows(self) -> Any:
        rows = self.job.rows.order_by("position")
        return rows.filter(**PARTS[self.wanted].conditions) if self.wanted else rows


class JobColumns(JobPage):
    """Asks which columns the headings of a job's file are; the choice is remembered for these headings."""

    template_name = "jobs/columns.html"

    @property
    def kind(self) -> Resource:
        return resources()[self.job.kind, ""]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.job.state != JobState.MAPPING:
            return self.to_job(self.job)
        return self.page((self.job.sheet or {})["mapping"])

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        known = columns_of(self.kind)
        mapping = [name if name in known else IGNORED for name in request.POST.getlist("column")]
        chosen = [name for name in mapping if name != IGNORED]
        if len(mapping) != len((self.job.sheet or {})["headings"]) or not is_mapped(self.kind, mapping):
            return self.page(mapping, 422, _("Choose the column that is the key of the records."))
        if len(set(chosen)) < len(chosen):
            return self.page(mapping, 422, _("Two columns are the same. Leave one of them out."))
        if services.is_author(self.request.viewer, self.job) and services.choose_columns(self.job, mapping):
            self.start_planning(self.job)
        return self.to_job(self.job)

    def page(self, mapping: list[str], status: int = 200, problem: str = "") -> HttpResponse:
        sheet = self.job.sheet or {}
        samples = [image_of(self.job.kind, row.sealed).item for row in self.job.rows.order_by("position")[:3]]
        columns = [
            (heading, name, [row[index] for row in samples if index < len(row)])
            for index, (heading, name) in enumerate(zip_longest(sheet["headings"], mapping, fillvalue=IGNORED))
        ]
        return self.show(
            status, job=self.job, sheet=sheet, columns=columns, known=columns_of(self.kind).items(), problem=problem
        )


class JobDetail(JobPage):
    """The plan, then the progress of its job, then the outcome."""

    template_name = "jobs/detail.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.job.state == JobState.MAPPING:
            return HttpResponseRedirect(reverse("jobs:columns", args=[self.job.pk]))
        page = Paginator(self.rows(), ROWS).get_page(request.GET.get("page"))
        self.names.learn()
        viewer = self.request.viewer
        return self.show(
            job=self.job,
            shown=ShownJob(self.job, self.wanted),
            rows=[show_row(row, self.names) for row in page],
            page=page,
            is_author=services.is_author(viewer, self.job),
            may_undo=services.may_undo(viewer, self.job),
            undone_by=self.job.undone_by.exclude(state=JobState.CANCELLED).first(),
            lost=services.lost(self.job),
            passwords_left=passwords.passwords_left(self.job) if services.is_author(viewer, self.job) else 0,
            most_letters=passwords.MOST_LETTERS,
        )


class JobRows(JobPage):
    """The rows as a CSV file: the outcome of each, and its fields before and after."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        filename = f"job-{self.job.made:%Y-%m-%d}.csv"
        if self.job.sheet:
            return csv_response(filename, [*self.job.sheet["headings"], *REPORT], self.file_lines())
        header = [_("Line"), _("Record"), _("State"), _("Reason"), _("Field"), _("Before"), _("After")]
        return csv_response(filename, header, self.lines())

    def file_lines(self) -> Iterator[list[Any]]:
        """Yield the rows of an imported file with the same columns, and the outcome of each."""
        sheet, resource = self.job.sheet or {}, resources()[self.job.kind, ""]
        width = len(sheet["headings"])
        for row in self.rows().iterator(chunk_size=ROWS):
            item = cells_in_order(image_of(row.kind, row.sealed).item or [], sheet, resource)
            cells = [*item[:width], *[""] * (width - len(item))]
            yield [*cells, show_row(row, self.names).word, row.reason]

    def lines(self) -> Iterator[list[Any]]:
        """Yield a line for each field of each row, and one for a row without fields."""
        self.names.learn()
        for row in self.rows().iterator(chunk_size=ROWS):
            shown = show_row(row, self.names)
            start = [shown.number, row.key, shown.word, row.reason]
            yield from ([*start, line.label, line.before, line.after] for line in shown.lines)
            if not shown.lines:
                yield start


class JobPasswords(JobPage):
    """The passwords that a job has made, once, as a file or as letters: they are deleted when they are downloaded."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        if not services.is_author(self.request.viewer, self.job):
            raise Http404
        if "letters" in request.POST:
            return self.letters()
        return csv_response("passwords.csv", [_("Account"), _("Password")], passwords.take_passwords(self.job))

    def letters(self) -> HttpResponse:
        try:
            pdf = passwords.take_letters(self.job, self.ngnpro, self.request.writes)
        except Unprintable as error:
            words = _("The letters have characters that cannot be printed: %(which)s. The passwords are still here.")
            messages.error(self.request, words % {"which": error.characters})
            return self.to_job(self.job)
        if not pdf:
            return self.to_job(self.job)
        headers = {"Content-Disposition": 'attachment; filename="letters.pdf"'}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)


class JobDo(JobPage):
    """Applies, pauses, resumes, cancels, tries again or undoes; then shows the job as it is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        viewer, session = self.request.viewer, self.request.session
        done: dict[str, Callable[[], Job | bool]] = {
            "apply": self.apply,
            "pause": lambda: services.pause(self.job),
            "resume": lambda: self.is_own and services.resume(self.job, viewer, session),
            "cancel": lambda: services.cancel(self.job),
            "again": self.again,
            "undo": self.undo,
        }
        if request.POST.get("do") not in done:
            raise Http404
        answer = done[request.POST["do"]]()
        job = answer if isinstance(answer, Job) else self.job
        return self.to_job(job)

    @property
    def is_own(self) -> bool:
        return services.is_author(self.request.viewer, self.job)

    def apply(self) -> bool:
        """Start the job; a plan that deletes asks for the number of records, as the page of one asks for its name."""
        deletions = ShownJob(self.job).deletions
        if deletions and self.request.POST.get("number", "").strip() != str(deletions):
            messages.error(self.request, _("The number does not match. Nothing was deleted."))
            return False
        return self.is_own and services.apply_plan(self.job)

    def again(self) -> bool:
        rows = [int(row) for row in self.request.POST.getlist("row") if row.isascii() and row.isdecimal()]
        return self.is_own and services.try_again(self.job, self.request.viewer, self.request.session, rows)

    def undo(self) -> Job | bool:
        if not services.may_undo(self.request.viewer, self.job):
            return False
        job = self.new_job()
        services.plan_undo(job, self.job)
        self.start_planning(job)
        return job
