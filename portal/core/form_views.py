"""Base classes of views with a form: add and edit pages, and forms that ask before they save doubtful input."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core import passwords
from portal.core.edit_conflicts import (
    OpenedState,
    field_conflicts,
    merge_typed,
    opened_state,
    read_opened_state,
    stored_otherwise,
)
from portal.core.fields import folded_notes
from portal.core.forms import RecordForm, record_digest
from portal.core.record_locks import MOST_TRIES
from portal.core.resources import require_declared
from portal.core.views import PortalView, RecordView
from portal.core.writes import State
from portal.ngnpro import errors

R = TypeVar("R")


class FormView(PortalView, Generic[R]):
    """A form that becomes a record. A refusal is shown at its field (422), with everything that was typed."""

    template_name = "core/form.html"
    form_class: ClassVar[type[RecordForm[Any]]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]

    def make_form(self, **kwargs: Any) -> RecordForm[R]:
        form = self.form_class(**kwargs)
        form.is_unfolded = "more" in self.request.GET
        self.offer_names(form)
        form.restrict(self.request.viewer)
        form.restrict_to_server(self.ngnpro.knows)
        return form

    def submit(self, record: R) -> R | None:
        """Send the record to NGNPro; returns the record as stored, if NGNPro returns it."""
        raise TypeError(f"{type(self).__name__} has to say what it does with the record.")

    def done(self, record: R) -> HttpResponse:
        """Show a message and redirect after saving."""
        raise TypeError(f"{type(self).__name__} has to say where it goes.")

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        try:
            stored = self.write(context.get("record"), wanted)
        except (errors.Refusal, errors.Outage) as failure:
            return self.failed(form, wanted, failure, **context)
        for line in stored_otherwise(form, wanted, stored):
            messages.warning(self.request, line)
        for line in (*folded_notes(form), *passwords.strength_notes(form)):
            messages.info(self.request, line)
        return self.done(stored or wanted)

    def write(self, before: R | None, wanted: R) -> R | None:
        """Announce the change and make it; a page whose form changes several records of NGNPro announces each."""
        states = cast(State | None, before), cast(State, wanted)
        with self.request.writes.change(*states, **self.of_whom()) as write:
            stored = self.submit(wanted)
            write.stored = cast(State | None, stored)
        return stored

    def halfway(self, before: R, wanted: R) -> R | None:
        """Return the record as stored after a later call of ``write`` failed; ``None`` if nothing of it is stored.

        A page that writes in several calls overrides this, unless ``write`` undoes everything before it raises.
        """
        return None

    def failed(
        self, form: RecordForm[R], wanted: R, failure: errors.Refusal | errors.Outage, **context: Any
    ) -> HttpResponse:
        """Show the form after a refusal or an outage, with what is already stored; sent again, it stores the rest."""
        before = context.get("record")
        if self.request.writes.stored:
            context["unfinished"] = self.request.writes.stored
        if before is not None and (now := self.halfway(before, wanted)) is not None:
            context |= {"record": now, **edit_marks(form, now)}
        if isinstance(failure, errors.Outage):
            return self.keep(form, failure, **context)
        if "unfinished" in context:
            form.add_refusal(failure)
            return self.refuse(form, **context)
        return self.refused(form, failure, **context)

    def refused(self, form: RecordForm[R], refusal: errors.Refusal, **context: Any) -> HttpResponse:
        """Show the form with NGNPro's refusal."""
        form.add_refusal(refusal)
        return self.refuse(form, **context)

    def refuse(self, form: RecordForm[R], **context: Any) -> HttpResponse:
        return self.show(422, form=form, **context)

    def keep(self, form: RecordForm[R], outage: errors.Outage, **context: Any) -> HttpResponse:
        """Show the form with what was typed, while NGNPro is down."""
        return self.show(503, form=form, outage=outage, **context)


class AddView(FormView[R]):
    """A page that adds a record.

    ``starts_from_url``: values in the URL of the page (``?domain=example.com``) are initial values of the form's
    enabled fields. They are ignored for disabled fields, and when the form is sent.
    """

    starts_from_url: ClassVar[bool] = True

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.show(form=self.first_form())

    def first_form(self, **initial: Any) -> RecordForm[R]:
        """Return the form with its initial values."""
        form = self.make_form(initial=self.initial() | initial)
        if self.starts_from_url:
            form.start_with(self.request.GET)
        return form

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = self.make_form(data=request.POST, initial=self.initial())
        if not form.is_valid():
            return self.refuse(form)
        self.form = form
        return self.save(form, form.to_record())

    def submit(self, record: R) -> R | None:
        stored: R | None = require_declared(self.resource.add)(self.ngnpro, record)
        return stored

    def initial(self) -> dict[str, Any]:
        """Return the initial values that do not come from the URL; disabled fields are saved with them."""
        return {}


class EditView(RecordView[R], FormView[R]):
    """A page that changes a record. If another user has changed it since, it shows all three states and asks.

    The form carries a fingerprint of the record and the values that it showed, sealed (``core.edit_conflicts``). A
    change between the reading and the writing of this page is detected as well (``Port._overwrite``).
    """

    tries = 0
    before: R | None = None
    sent: RecordForm[R] | None = None

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        record = self.get_record()
        form = self.make_form(initial=self.form_class.initial_from(record))
        return self.show(form=form, record=record, **edit_marks(form, record))

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        sent = {name: request.POST.get(name, "") for name in ("digest", "opened")}
        try:
            record = self.get_record()
        except errors.Outage as outage:
            return self.keep(self.make_form(data=request.POST), outage, **sent)
        form = self.make_form(data=request.POST, initial=self.form_class.initial_from(record))
        if not form.is_valid():
            return self.refuse(form, record=record, **sent)
        if sent["digest"] != record_digest(record):
            return self.ask(form, record, read_opened_state(sent["opened"]))
        return self.save(form, form.to_record(record), record=record, **sent)

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        self.sent = form
        return super().save(form, wanted, **context)

    def tell_saved(self, words: str) -> None:
        """Show a message that names the fields that were changed; none if the form changed nothing."""
        changed = [self.sent.fields[name].label for name in self.sent.changed_data] if self.sent else []
        if labels := ", ".join(str(label) for label in dict.fromkeys(changed) if label):
            messages.success(self.request, _("%(what)s Changed: %(fields)s.") % {"what": words, "fields": labels})

    def refused(self, form: RecordForm[R], refusal: errors.Refusal, **context: Any) -> HttpResponse:
        """Process the form again if another user changed the record during saving, to show that change."""
        if not isinstance(refusal, errors.ChangedMeanwhile) or self.tries == MOST_TRIES:
            return super().refused(form, refusal, **context)
        again = type(self)()
        again.setup(self.request, *self.args, **self.kwargs)
        again.tries = self.tries + 1
        return again.post(self.request, **self.kwargs)

    def write(self, before: R | None, wanted: R) -> R | None:
        self.before = before
        return super().write(before, wanted)

    def submit(self, record: R) -> R | None:
        stored: R | None = require_declared(self.resource.update)(self.ngnpro, self.record_key(), record, self.before)
        return stored

    def ask(self, form: RecordForm[R], record: R, opened: OpenedState) -> HttpResponse:
        """Show the changes of both people; fields that only the other user changed keep the stored values."""
        merged = self.make_form(data=merge_typed(form, opened, record), initial=form.initial)
        if not merged.is_valid():
            return self.refuse(merged, record=record, **edit_marks(merged, record))
        wanted = merged.to_record(record)
        conflicts = field_conflicts(merged, opened, record, wanted)
        return self.show(409, form=merged, record=record, conflicts=conflicts, **edit_marks(merged, record))


class AskingView(FormView[R]):
    """A form that asks for confirmation of doubtful input. Put it before ``AddView`` or ``EditView`` in the bases.

    The confirming request carries a fingerprint of the input that was doubted; other input is checked again.
    """

    def doubts(self, before: R | None, wanted: R) -> list[str]:
        """Return sentences about input that NGNPro would accept but that is probably a mistake."""
        raise TypeError(f"{type(self).__name__} has to say what it doubts.")

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        try:
            doubts = self.doubts(context.get("record"), wanted)
        except errors.Outage as outage:
            return self.keep(form, outage, **context)
        confirmed = record_digest(wanted)
        if doubts and self.request.POST.get("confirmed") != confirmed:
            return self.show(422, form=form, doubts=doubts, confirmed=confirmed, **context)
        return super().save(form, wanted, **context)


def edit_marks(form: RecordForm[Any], record: Any) -> dict[str, Any]:
    """Return the fingerprint and the sealed values of the record that an edit form carries."""
    return {"digest": record_digest(record), "opened": opened_state(form, record)}
