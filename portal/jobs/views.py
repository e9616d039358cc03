"""Pages of the jobs room: the list, making a plan, a plan and its job, its rows as a file, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.bulk import BulkAction
from portal.core.forms import add_css_classes
from portal.core.resources import Resource, url_of
from portal.core.rooms import resources
from portal.core.sheet_files import UnreadableFile
from portal.core.spreadsheets import csv_response
from portal.core.views import ListView, PortalView

from . import engine, services
from .choices import JobState
from .columns import columns_of
from .forms import GenerateForm, ImportForm
from .images import image_of
from .importing import IGNORED, is_mapped
from .models import Job
from .showing import PARTS, ShownJob, show_row

ROWS = 50
JOBS = 50
INLINE_SECONDS = 2.0  # of planning before the page with the plan is shown


class JobList(PortalView):
    template_name = "jobs/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = services.jobs_of(self.request.viewer).order_by("-made")
        page = Paginator(found, JOBS).get_page(request.GET.get("page"))
        return self.show(page=page, jobs=[ShownJob(job) for job in page])


class JobNew(PortalView):
    """Makes a plan from the ticked rows of a list, or all that match its filter; asks for the action's values first."""

    http_method_names = ["post"]
    template_name = "jobs/new.html"

    @cached_property
    def list_view(self) -> type[ListView[Any]]:
        """Return the view of the list that the rows were ticked on, which the viewer must be able to open."""
        name = self.request.POST.get("list", "")
        try:
            view = getattr(resolve(reverse(name)).func, "view_class", None)
        except NoReverseMatch:
            view = None
        if not (isinstance(view, type) and issubclass(view, ListView) and may_open(self.request.viewer, name)):
            raise Http404
        return view

    @cached_property
    def resource_and_action(self) -> tuple[Resource, BulkAction]:
        room = self.request.POST.get("list", "").rpartition(":")[0]
        for resource in resources().values():
            if resource.room == room and not resource.part:
                for action in services.offered(self.request.viewer, resource):
                    if action.name == self.request.POST.get("action"):
                        return resource, action
        raise Http404

    def post(self, request: HttpRequest) -> HttpResponse:
        view, (_resource, action) = self.list_view, self.resource_and_action
        keys, wants_all = request.POST.getlist(view.table_class.tick), "all" in request.POST
        if not keys and not wants_all:
            messages.warning(request, _("Tick the rows that you mean first."))
            return HttpResponseRedirect(self.back())
        form = self.action_form(action)
        if form is not None and not form.is_valid():
            hidden = [(name, value) for name, values in request.POST.lists() for value in values if name in self.kept]
            status = 422 if form.is_bound else 200
            more = {"hidden": hidden, "back": self.back(), "many": len(keys), "wants_all": wants_all}
            return self.show(status, form=form, action=action, **more)
        return self.plan(keys if not wants_all else [], form.cleaned_data if form else {}, wants_all=wants_all)

    @property
    def kept(self) -> frozenset[str]:
        return frozenset({"list", "action", "query", "all", self.list_view.table_class.tick})

    def action_form(self, action: BulkAction) -> forms.Form | None:
        if action.form is None:
            return None
        form = action.form(self.request.POST if "values" in self.request.POST else None)
        self.offer(form)
        add_css_classes(form)
        return form

    def offer(self, form: forms.BaseForm) -> None:
        """Set the records that the form's fields accept by name, as the list does for its filter."""
        view = self.list_view()
        view.setup(self.request)
        view.offer_names(form)

    def back(self) -> str:
        return f"{reverse(self.request.POST['list'])}?{self.request.POST.get('query', '')}"

    def plan(self, keys: list[str], values: dict[str, Any], *, wants_all: bool) -> HttpResponse:
        conditions = self.conditions() if wants_all else None
        if wants_all and conditions is None:
            return HttpResponseRedirect(self.back())
        resource, action = self.resource_and_action
        viewer = self.request.viewer
        job = services.new_job(viewer, self.request.session, self.request.writes.author.source)
        services.plan_action(job, resource, action, values, keys=keys, conditions=conditions)
        engine.work(INLINE_SECONDS, job)
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    def conditions(self) -> Any:
        """Return the filter of the list; ``None`` if what is in its URL is invalid, which the list then shows."""
        form = self.list_view.filter_class(QueryDict(self.request.POST.get("query", "")))
        self.offer(form)
        return form.to_filter() if form.is_valid() else None


class JobImport(PortalView):
    """Makes a plan from a spreadsheet file of one kind of record."""

    template_name = "jobs/import.html"

    @cached_property
    def kind(self) -> Resource:
        """Return the kind of record, which the viewer must be able to add or edit."""
        found = resources().get((self.kwargs["kind"], ""))
        if found is None or not services.may_import(self.request.viewer, found):
            raise Http404
        return found

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(ImportForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        job = services.new_job(self.request.viewer, request.session, self.request.writes.author.source)
        file = form.cleaned_data["file"]
        job.title = _("Import %(file)s") % {"file": file.name[:200]}
        try:
            services.store_file(job, self.kind, file, form.cleaned_data["mode"])
        except UnreadableFile as why:
            form.add_error("file", str(why))
            return self.page(form, 422)
        engine.work(INLINE_SECONDS, job)
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    def page(self, form: ImportForm, status: int = 200) -> HttpResponse:
        add_css_classes(form)
        list_url = url_of(f"{self.kind.room}:list")
        return self.show(status, form=form, kind=self.kind, columns=columns_of(self.kind), list_url=list_url)


class JobGenerate(PortalView):
    """Makes a plan of accounts and numbers from a run of telephone numbers."""

    template_name = "jobs/generate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not services.may_generate(self.request.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(GenerateForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = GenerateForm(request.POST)
        self.offer_names(form)
        if not form.is_valid():
            return self.page(form, 422)
        job = services.new_job(self.request.viewer, request.session, self.request.writes.author.source)
        services.plan_numbers(job, form.cleaned_data)
        engine.work(INLINE_SECONDS, job)
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    def page(self, form: GenerateForm, status: int = 200) -> HttpResponse:
        self.offer_names(form)
        add_css_classes(form)
        return self.show(status, form=form)


class JobPage(PortalView):
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
        rows = self.job.rows.order_by("phase", "position")
        return rows.filter(**PARTS[self.wanted].conditions) if self.wanted else rows


class JobColumns(JobPage):
    """Asks which columns the headings of a job's file are; the choice is remembered for these headings."""

    template_name = "jobs/columns.html"

    @property
    def kind(self) -> Resource:
        return resources()[self.job.kind, ""]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.job.state != JobState.MAPPING:
            return HttpResponseRedirect(reverse("jobs:detail", args=[self.job.pk]))
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
            engine.work(INLINE_SECONDS, self.job)
        return HttpResponseRedirect(reverse("jobs:detail", args=[self.job.pk]))

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
            has_passwords=services.has_passwords(self.job) and services.is_author(viewer, self.job),
        )


class JobRows(JobPage):
    """The rows as a CSV file: what became of each, and its fields before and after."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        filename = f"job-{self.job.made:%Y-%m-%d}.csv"
        if self.job.sheet:
            return csv_response(filename, [*self.job.sheet["headings"], *services.REPORT], self.file_lines())
        header = [_("Line"), _("Record"), _("State"), _("Reason"), _("Field"), _("Before"), _("After")]
        return csv_response(filename, header, self.lines())

    def file_lines(self) -> Iterator[list[Any]]:
        """Yield the rows of an imported file with the same columns, and what became of each."""
        width = len((self.job.sheet or {})["headings"])
        for row in self.rows().iterator(chunk_size=ROWS):
            item = image_of(row.kind, row.sealed).item or []
            cells = [*item, *[""] * (width - len(item))]
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
    """The passwords of the accounts that a job has added, once: they are deleted when they are downloaded."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        if not services.is_author(self.request.viewer, self.job):
            raise Http404
        return csv_response("passwords.csv", [_("Account"), _("Password")], services.take_passwords(self.job))


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
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

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
        viewer = self.request.viewer
        if not services.may_undo(viewer, self.job):
            return False
        job = services.new_job(viewer, self.request.session, self.request.writes.author.source)
        services.plan_undo(job, self.job)
        engine.work(INLINE_SECONDS, job)
        return job
