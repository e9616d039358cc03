"""Pages that make a plan: from the rows of a list, a spreadsheet, the file of a domain, and a run of numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.bulk import BulkAction, Generator
from portal.core.domain_files.reading import InvalidFile, read_domain_file
from portal.core.forms import add_css_classes
from portal.core.resources import Resource, url_of
from portal.core.rooms import resources
from portal.core.sheet_files import UnreadableFile
from portal.core.views import ListView
from portal.jobs import services
from portal.jobs.columns import columns_of
from portal.jobs.forms import DomainFileForm, ImportForm
from portal.jobs.generating import generated_kind

from .base import JobView


class JobNew(JobView):
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
    def list_page(self) -> ListView[Any]:
        view = self.list_view()
        view.setup(self.request)
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
            messages.warning(request, _("Select rows first."))
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
        self.list_page.offer_names(form)

    def back(self) -> str:
        return f"{reverse(self.request.POST['list'])}?{self.request.POST.get('query', '')}"

    def plan(self, keys: list[str], values: dict[str, Any], *, wants_all: bool) -> HttpResponse:
        conditions = self.conditions() if wants_all else None
        if wants_all and conditions is None:
            return HttpResponseRedirect(self.back())
        resource, action = self.resource_and_action
        found = self.list_page.keys_of_all(conditions) if wants_all else None
        if found is not None:
            keys, conditions = found, None
        job = self.new_job()
        services.plan_action(job, resource, action, values, keys=keys, conditions=conditions)
        self.start_planning(job)
        return self.to_job(job)

    def conditions(self) -> Any:
        """Return the filter of the list; ``None`` if what is in its URL is invalid, which the list then shows."""
        view = self.list_page
        form = view.filter_class(QueryDict(self.request.POST.get("query", "")))
        view.offer_names(form)
        return view.conditions(form) if form.is_valid() else None


class JobImport(JobView):
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
        job = self.new_job()
        file = form.cleaned_data["file"]
        job.title = _("Import %(file)s") % {"file": file.name[:200]}
        try:
            services.store_file(job, self.kind, file, form.cleaned_data["mode"])
        except UnreadableFile as why:
            form.add_error("file", str(why))
            return self.page(form, 422)
        self.start_planning(job)
        return self.to_job(job)

    def page(self, form: ImportForm, status: int = 200) -> HttpResponse:
        add_css_classes(form)
        list_url = url_of(f"{self.kind.room}:list")
        return self.show(status, form=form, kind=self.kind, columns=columns_of(self.kind), list_url=list_url)


class JobImportDomain(JobView):
    """Makes a plan from the file of a domain."""

    template_name = "jobs/import-domain.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(DomainFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DomainFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        try:
            found = read_domain_file(form.cleaned_data["file"].read())
        except InvalidFile as why:
            form.add_error("file", str(why))
            return self.page(form, 422)
        job = services.store_domain_file(self.new_job(), found, form.cleaned_data["mode"])
        self.start_planning(job)
        return self.to_job(job)

    def page(self, form: DomainFileForm, status: int = 200) -> HttpResponse:
        add_css_classes(form)
        return self.show(status, form=form)


class JobGenerate(JobView):
    """Makes a plan of new records, from what the form of the generator asks for."""

    template_name = "jobs/generate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not services.may_generate(self.request.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, with what the page of a range says in the URL, or with what was typed so far."""
        given = {name: request.GET[name] for name in self.generator.prefilled if request.GET.get(name)}
        return self.page(self.generator.form(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.generator.form(request.POST)
        self.offer_names(form)
        if not form.is_valid():
            return self.page(form, 422)
        job = self.new_job()
        services.plan_generated(job, form.cleaned_data)
        self.start_planning(job)
        return self.to_job(job)

    @cached_property
    def generator(self) -> Generator:
        _resource, generator = generated_kind()
        return generator

    def page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.offer_names(form)
        add_css_classes(form)
        typed = {name: str(form[name].value() or "") for name in form.fields}
        return self.show(status, form=form, run=self.generator.preview(typed))
