"""Pages of the test numbers room; only the names of resellers come from NGNPro."""

from __future__ import annotations

import contextlib
from dataclasses import replace
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
from portal.core.edit_conflicts import read_opened_state
from portal.core.form_views import AddView, EditView, FormView
from portal.core.forms import RecordForm
from portal.core.record_locks import record_lock
from portal.core.viewer import Role, Viewer
from portal.lcr.models import MOST_SETS, NumberSet
from portal.lcr.pages import PreviewPage, RoutingList
from portal.lcr.samples.forms import SampleTable
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors

from .forms import NumberSetState, SampleFilterForm, SampleForm, journal_state, state_of


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
    held = ""
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


class SampleSave(SamplePage, FormView[NumberSetState]):
    """A form for a set; ``operation`` is the name of the action in the journal."""

    template_name = "lcr/form.html"
    form_class = SampleForm
    operation: str

    def make_form(self, **kwargs: Any) -> RecordForm[NumberSetState]:
        form = self.form_class(**kwargs)
        if not self.is_operator:
            del form.fields["reseller"]
        self.offer_names(form)
        return form

    def save(self, form: RecordForm[NumberSetState], wanted: NumberSetState, **context: Any) -> HttpResponse:
        """Store the set if it is within the limits; under a lock, so that no other one is added meanwhile."""
        with record_lock(f"test numbers of {self.engine}"):
            one = self.get_set()
            self.check_limits(form, one, wanted)
            return self.refuse(form, **context) if form.errors else super().save(form, wanted, **context)

    def write(self, before: NumberSetState | None, wanted: NumberSetState) -> None:
        one = self.get_set()
        one.name, one.reseller, one.calls = wanted.name, wanted.reseller, list(wanted.calls)
        states = journal_state(before) if before else None, journal_state(wanted)
        with (
            transaction.atomic(),
            self.request.writes.change(*states, about=journal_key(wanted), operation=self.operation),
        ):
            one.save()

    def get_set(self) -> NumberSet:
        """Return the set that the form is about."""
        return self.record

    def check_limits(self, form: RecordForm[NumberSetState], one: NumberSet, wanted: NumberSetState) -> None:
        """Add an error for a name that is taken, and one if the number of sets is at its limit."""
        others = NumberSet.objects.filter(engine=self.engine, reseller=wanted.reseller).exclude(pk=one.pk)
        if others.filter(name=wanted.name).exists():
            form.add_error("name", _("There is a set with this name already."))
        if others.count() >= MOST_SETS:
            form.add_error(
                None, _("There are %(most)s sets for this routing already. Delete one first.") % {"most": MOST_SETS}
            )

    def done(self, record: NumberSetState) -> HttpResponse:
        messages.success(self.request, _("Test numbers %(name)s were saved.") % {"name": record.name})
        return self.to_list()


class SampleAdd(SampleSave, AddView[NumberSetState]):
    title = gettext_lazy("Add test numbers")
    button = gettext_lazy("Add test numbers")
    operation = "addTestNumbers"

    def get_set(self) -> NumberSet:
        return NumberSet(engine=self.engine)

    def save(self, form: RecordForm[NumberSetState], wanted: NumberSetState, **context: Any) -> HttpResponse:
        own = wanted if self.is_operator else replace(wanted, reseller=self.request.viewer.own_customer)
        return super().save(form, own, **context)


class SampleEdit(SampleSave, EditView[NumberSetState]):
    title = gettext_lazy("Edit test numbers")
    button = gettext_lazy("Save")
    operation = "updateTestNumbers"

    def get_record(self) -> NumberSetState:
        return state_of(self.record)

    def save(self, form: RecordForm[NumberSetState], wanted: NumberSetState, **context: Any) -> HttpResponse:
        with record_lock(f"test numbers {self.record.pk}"):
            now = state_of(get_object_or_404(NumberSet, pk=self.record.pk))
            if now != context["record"]:
                return self.ask(form, now, read_opened_state(context["opened"]))
            return super().save(form, wanted, **context)


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
            writes.change(journal_state(state_of(one)), about=journal_key(one), operation="deleteTestNumbers"),
        ):
            one.delete()
        messages.success(request, _("Test numbers %(name)s were deleted.") % {"name": one.name})
        return self.to_list()


def journal_key(one: NumberSet | NumberSetState) -> tuple[str, str]:
    """Return the kind and key of a set in the journal."""
    return "test-numbers", one.name
