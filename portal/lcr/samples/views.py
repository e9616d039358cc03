"""Pages of the test numbers room; NGNPro is only asked for the resellers' names."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.auth import Role
from portal.core.views import ListView
from portal.lcr.models import MOST_SETS, NumberSet
from portal.lcr.pages import RoutingPage
from portal.ngnpro import OrderBy, Page, Query, Range, errors

from .forms import SampleFilterForm, SampleForm, state_of
from .tables import SampleTable


class SamplePage(RoutingPage):
    """A page about sets of test numbers: a reseller's own, for operators all."""

    room = "lcr:samples"
    key = "sample"
    plural = gettext_lazy("Test numbers")

    def sets(self) -> QuerySet[NumberSet]:
        found = NumberSet.objects.filter(engine=self.engine)
        return found if self.is_operator else found.filter(reseller=self.request.viewer.own_customer)

    @property
    def is_operator(self) -> bool:
        return self.request.viewer.effective_role is Role.OPERATOR

    @cached_property
    def record(self) -> NumberSet:
        return get_object_or_404(self.sets(), pk=self.kwargs["sample"])


class SampleList(SamplePage, ListView[NumberSet]):
    template_name = "lcr/list.html"
    title = gettext_lazy("Test numbers")
    about = gettext_lazy("Calls that are followed before each change of the routing, to see which would go elsewhere.")
    empty = gettext_lazy("There are no test numbers yet")
    add_label = gettext_lazy("Add test numbers")
    table_class = SampleTable
    filter_class = SampleFilterForm

    def fetch(self, query: Query[Any]) -> Page[NumberSet]:
        found = self.sets().filter(**(query.filter or {}))
        order, window = query.order_by or OrderBy("name"), query.range or Range()
        sign = "-" if order.direction == "DESC" else ""
        rows = found.order_by(f"{sign}{order.attribute}", "pk")[window.start : window.start + window.count]
        with contextlib.suppress(errors.NgnproError):
            self.names.prepare(one.reseller for one in rows)
        return Page(found.count(), tuple(rows))


class SampleSave(SamplePage):
    """A form about a set."""

    template_name = "lcr/form.html"
    deed: str

    def make_form(self, **kwargs: Any) -> SampleForm:
        form = SampleForm(**kwargs)
        if not self.is_operator:
            del form.fields["reseller"]
        self.offer_names(form)
        return form

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.start()
        before = state_of(one) if one.pk else None
        form = self.make_form(data=request.POST)
        if form.is_valid():
            one.name, one.calls = form.cleaned_data["name"], form.cleaned_data["calls"]
            one.reseller = form.cleaned_data.get("reseller", one.reseller)
            self.check(form, one)
        if not form.is_valid():
            return self.show(422, form=form)
        after = state_of(one)
        with transaction.atomic(), self.request.writes.change(before, after, about=about(one), deed=self.deed):
            one.save()
        messages.success(request, _("Test numbers %(name)s were saved.") % {"name": one.name})
        return self.to_list()

    def start(self) -> NumberSet:
        """Give the set that the form is about."""
        return self.record

    def check(self, form: SampleForm, one: NumberSet) -> None:
        """Say what the database would refuse: names are told apart, and sets are few enough to be followed at once."""
        others = NumberSet.objects.filter(engine=self.engine, reseller=one.reseller).exclude(pk=one.pk)
        if others.filter(name=one.name).exists():
            form.add_error("name", _("There is a set with this name already."))
        if others.count() >= MOST_SETS:
            form.add_error(None, _("%(most)s sets are kept for one routing. Delete one first.") % {"most": MOST_SETS})


class SampleAdd(SampleSave):
    title = gettext_lazy("Add test numbers")
    button = gettext_lazy("Add test numbers")
    deed = "addTestNumbers"

    def start(self) -> NumberSet:
        return NumberSet(engine=self.engine, reseller=0 if self.is_operator else self.request.viewer.own_customer)

    def get(self, request: HttpRequest) -> HttpResponse:
        start = {name: request.GET[name] for name in ("reseller", "calls") if name in request.GET}
        return self.show(form=self.make_form(initial=start))


class SampleEdit(SampleSave):
    title = gettext_lazy("Edit test numbers")
    button = gettext_lazy("Save")
    deed = "updateTestNumbers"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.record
        start = {"name": one.name, "reseller": one.reseller, "calls": one.calls}
        return self.show(form=self.make_form(initial=start), record=one)


class SampleDelete(SamplePage):
    template_name = "lcr/delete.html"
    lead = gettext_lazy("Changes of the routing are no longer compared by these calls.")

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.show(record=self.record, name=self.record.name)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.record
        writes = self.request.writes
        with transaction.atomic(), writes.change(state_of(one), about=about(one), deed="deleteTestNumbers"):
            one.delete()
        messages.success(request, _("Test numbers %(name)s are gone.") % {"name": one.name})
        return self.to_list()


def about(one: NumberSet) -> tuple[str, str]:
    """Name a set in the journal."""
    return "test-numbers", one.name
