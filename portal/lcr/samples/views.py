"""Pages of the test numbers room; only the names of resellers come from NGNPro."""

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

from portal.core import servers
from portal.core.record_locks import record_lock
from portal.core.viewer import Role, Viewer
from portal.lcr.models import MOST_SETS, NumberSet
from portal.lcr.pages import PreviewPage, RoutingList
from portal.lcr.samples.forms import SampleTable
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors

from .forms import SampleFilterForm, SampleForm, journal_state


def sets_of_viewer(viewer: Viewer) -> QuerySet[NumberSet]:
    """Return the sets on the viewer's NGNPro server: all for operators, their own for resellers."""
    found = NumberSet.objects.filter(engine=servers.engine(viewer.engine).name)
    return found if viewer.effective_role is Role.OPERATOR else found.filter(reseller=viewer.own_customer)


class SamplePage(PreviewPage):
    """A page about a set of test numbers."""

    @property
    def is_operator(self) -> bool:
        return self.request.viewer.effective_role is Role.OPERATOR

    @cached_property
    def record(self) -> NumberSet:
        return get_object_or_404(sets_of_viewer(self.request.viewer), pk=self.kwargs["sample"])


class SampleList(RoutingList[NumberSet]):
    title = gettext_lazy("Test numbers")
    about = gettext_lazy(
        "Calls that are traced before each change of the routing, to show which would be routed differently."
    )
    counts_findings = False
    empty = gettext_lazy("There are no test numbers yet")
    add_label = gettext_lazy("Add test numbers")
    table_class = SampleTable
    filter_class = SampleFilterForm

    def fetch(self, query: Query[Any]) -> RecordPage[NumberSet]:
        found = sets_of_viewer(self.request.viewer).filter(**(query.filter or {}))
        order, window = query.order_by or OrderBy("name"), query.range or Range()
        sign = "-" if order.direction == "DESC" else ""
        rows = found.order_by(f"{sign}{order.attribute}", "pk")[window.start : window.start + window.count]
        with contextlib.suppress(errors.NgnproError):
            self.names.prepare(one.reseller for one in rows)
        return RecordPage(found.count(), tuple(rows))


class SampleSave(SamplePage):
    """A form for a set; ``operation`` is the name of the action in the journal."""

    template_name = "lcr/form.html"
    operation: str

    def make_form(self, **kwargs: Any) -> SampleForm:
        form = SampleForm(**kwargs)
        if not self.is_operator:
            del form.fields["reseller"]
        self.offer_names(form)
        return form

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.get_set()
        before = journal_state(one) if one.pk else None
        form = self.make_form(data=request.POST)
        with record_lock(f"test numbers of {self.engine}"):
            return self.save(form, one, before)

    def save(self, form: SampleForm, one: NumberSet, before: Any) -> HttpResponse:
        """Store the set if it is within the limits; the caller holds the lock, so that no other one is added."""
        if form.is_valid():
            one.name, one.calls = form.cleaned_data["name"], form.cleaned_data["calls"]
            one.reseller = form.cleaned_data.get("reseller", one.reseller)
            self.check_limits(form, one)
        if not form.is_valid():
            return self.show(422, form=form)
        after = journal_state(one)
        with (
            transaction.atomic(),
            self.request.writes.change(before, after, about=journal_key(one), operation=self.operation),
        ):
            one.save()
        messages.success(self.request, _("Test numbers %(name)s were saved.") % {"name": one.name})
        return self.to_list()

    def get_set(self) -> NumberSet:
        """Return the set that the form is about."""
        return self.record

    def check_limits(self, form: SampleForm, one: NumberSet) -> None:
        """Add an error for a name that is taken, and one if the number of sets is at its limit."""
        others = NumberSet.objects.filter(engine=self.engine, reseller=one.reseller).exclude(pk=one.pk)
        if others.filter(name=one.name).exists():
            form.add_error("name", _("There is a set with this name already."))
        if others.count() >= MOST_SETS:
            form.add_error(
                None, _("There are %(most)s sets for this routing already. Delete one first.") % {"most": MOST_SETS}
            )


class SampleAdd(SampleSave):
    title = gettext_lazy("Add test numbers")
    button = gettext_lazy("Add test numbers")
    operation = "addTestNumbers"

    def get_set(self) -> NumberSet:
        return NumberSet(engine=self.engine, reseller=0 if self.is_operator else self.request.viewer.own_customer)

    def get(self, request: HttpRequest) -> HttpResponse:
        start = {name: request.GET[name] for name in ("reseller", "calls") if name in request.GET}
        return self.show(form=self.make_form(initial=start))


class SampleEdit(SampleSave):
    title = gettext_lazy("Edit test numbers")
    button = gettext_lazy("Save")
    operation = "updateTestNumbers"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.record
        start = {"name": one.name, "reseller": one.reseller, "calls": one.calls}
        return self.show(form=self.make_form(initial=start), record=one)


class SampleDelete(SamplePage):
    template_name = "lcr/delete.html"
    lead = gettext_lazy("These calls will no longer be compared when the routing changes. This cannot be undone.")

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.show(record=self.record, name=self.record.name)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        one = self.record
        writes = self.request.writes
        with (
            transaction.atomic(),
            writes.change(journal_state(one), about=journal_key(one), operation="deleteTestNumbers"),
        ):
            one.delete()
        messages.success(request, _("Test numbers %(name)s were deleted.") % {"name": one.name})
        return self.to_list()


def journal_key(one: NumberSet) -> tuple[str, str]:
    """Return the kind and key of a set in the journal."""
    return "test-numbers", one.name
