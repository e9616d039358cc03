"""Base classes of views: list, record, add and edit pages; ``delete_views`` has the one for deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise, cached_property
from django.views import View

from portal.core import exports, passwords
from portal.core.access import may_open, why_only_looking
from portal.core.changes import stored_otherwise
from portal.core.fields import CustomerField
from portal.core.forms import FilterForm, RecordForm, digest
from portal.core.meanwhile import Opened, crossings, opened_state, read_opened, take_over
from portal.core.names import CustomerNames
from portal.core.resources import Resource, declared
from portal.core.retrying import MOST_TRIES
from portal.core.tables import Action, Table, Window
from portal.core.viewer import PortalRequest
from portal.ngnpro import Ngnpro, Page, Query, errors
from portal.ngnpro.ports.base import iterate
from portal.ngnpro.records.base import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class PortalView(View):
    """A page of the portal, with the viewer's NGNPro client, customers' names, and ``show`` to render its template.

    ``resource`` is the declaration of the record that the page is about (from the room's ``room.py``). The bases below
    find, list, add, update and delete records by it, unless a subclass overrides the method.
    """

    request: PortalRequest
    template_name: ClassVar[str]
    resource: ClassVar[Resource]

    @property
    def ngnpro(self) -> Ngnpro:
        return self.request.ngnpro

    def of_whom(self) -> dict[str, Any]:
        """Return ``about`` and ``part`` of ``core.writes.Write`` for writes whose record does not determine them."""
        return {}

    @cached_property
    def names(self) -> CustomerNames:
        return CustomerNames(self.ngnpro, self.request.viewer)

    def offer_names(self, form: forms.BaseForm) -> None:
        """Set the customers that the form's customer fields accept by name."""
        for field in form.fields.values():
            if isinstance(field, CustomerField):
                self.offer_to(field)

    def offer_to(self, field: CustomerField) -> None:
        self.names.learn()
        field.offer(dict(self.names), "customers")

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, {"view": self, **context}, status=status)


class ListView(PortalView, Generic[T]):
    """A list whose filter, order and page are in the URL."""

    template_name = "core/list.html"
    table_class: ClassVar[type[Table[Any]]]
    filter_class: ClassVar[type[FilterForm[Any]]]
    title: ClassVar[str | Promise]
    bulk: ClassVar[tuple[Action, ...]] = ()

    def fetch(self, query: Query[Any]) -> Page[T]:
        """Fetch one page of the list from NGNPro."""
        return declared(self.resource.fetch)(self.ngnpro, query)

    def owners(self, record: T) -> tuple[int | None, ...]:
        """Return the numbers of the customers that a row shows by name."""
        return ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wants_all = request.method == "GET" and request.GET.get("as") == "csv"
        return self.spreadsheet() if wants_all else super().dispatch(request, *args, **kwargs)

    def matches(self, conditions: Any, window: Window) -> Iterator[T]:
        """Yield all records that the filter finds, in the order of the list, fetched page by page."""
        return iterate(self.fetch, conditions, window.order_by, exports.PAGE)

    def spreadsheet(self) -> HttpResponseBase:
        """Return all records that the filter finds as a CSV file."""
        window = self.table_class.window_for(self.request.GET)
        form = self.filter_class(self.request.GET)
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        match = self.request.resolver_match
        filename = f"{match.namespace.replace(':', '-') if match else 'list'}.csv"
        labels = [str(column.label) for column in self.table_class.columns]
        return exports.as_spreadsheet(filename, self.matches(form.to_filter(), window), self.names, labels)

    def get(self, request: HttpRequest) -> HttpResponse:
        window = self.table_class.window_for(request.GET)
        form = self.filter_class(request.GET)
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        page = self.fetch(Query(filter=form.to_filter(), order_by=window.order_by, range=window.range))
        if not page.items and page.total and window.page > 1:
            return HttpResponseRedirect(window.url(page=-(-page.total // window.size)))
        self.names.prepare(number for record in page for number in self.owners(record))
        return self.show(form=form, table=self.make_table(page, window), window=window, chips=form.chips(window))

    def beside(self, page: Page[T]) -> Any:
        """Fetch what the list shows besides its records, with a number of calls that does not grow with the list."""
        return None

    def make_table(self, page: Page[T], window: Window) -> Table[T]:
        table = self.table_class(page.items, page.total, window, self.names, self.beside(page))
        table.bulk = tuple(action for action in self.bulk if self.may_post(action.page))
        return table

    def may_post(self, page: str) -> bool:
        """Return whether the viewer may open a page and submit its form."""
        viewer = self.request.viewer
        return may_open(viewer, page) and not why_only_looking(viewer, page, "POST")


class RecordView(PortalView, Generic[R]):
    """A page about one record, whose key is in the URL."""

    def record_key(self) -> str:
        """Return the key of the record: the variable parts of the URL with @ between (``Resource.url_args``)."""
        return "@".join(str(part) for part in self.kwargs.values())

    def get_record(self) -> R:
        """Fetch the record; raises ``Http404`` if it does not exist (``errors.Missing`` becomes a 404 page as well)."""
        record: R | None = declared(self.resource.find)(self.ngnpro, self.record_key())
        if record is None:
            raise Http404
        return record


class DetailView(RecordView[R]):
    """The page that shows a record."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        record = self.get_record()
        return self.show(record=record, **self.more(record))

    def more(self, record: R) -> dict[str, Any]:
        """Return more context for the template."""
        return {}


class FormView(PortalView, Generic[R]):
    """A form that becomes a record. A refusal is shown at its field (422), with everything that was typed."""

    template_name = "core/form.html"
    form_class: ClassVar[type[RecordForm[Any]]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]

    def make_form(self, **kwargs: Any) -> RecordForm[R]:
        form = self.form_class(**kwargs)
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
        for line in passwords.told(form):
            messages.info(self.request, line)
        return self.done(stored or wanted)

    def write(self, before: R | None, wanted: R) -> R | None:
        """Announce the change and make it; a page whose form changes several records of NGNPro announces each."""
        with self.request.writes.change(before, wanted, **self.of_whom()) as write:
            write.stored = stored = self.submit(wanted)
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
            context |= {"record": now, **marks(form, now)}
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
        stored: R | None = declared(self.resource.add)(self.ngnpro, record)
        return stored

    def initial(self) -> dict[str, Any]:
        """Return the initial values that do not come from the URL; disabled fields are saved with them."""
        return {}


class EditView(RecordView[R], FormView[R]):
    """A page that changes a record. If another user has changed it since, it shows all three states and asks.

    The form carries a fingerprint of the record and the values that it showed, sealed (``portal.core.meanwhile``). A
    change between the reading and the writing of this page is detected as well (``Port._overwrite``).
    """

    tries = 0
    before: R | None = None

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        record = self.get_record()
        form = self.make_form(initial=self.form_class.initial_from(record))
        return self.show(form=form, record=record, **marks(form, record))

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        sent = {name: request.POST.get(name, "") for name in ("digest", "opened")}
        try:
            record = self.get_record()
        except errors.Outage as outage:
            return self.keep(self.make_form(data=request.POST), outage, **sent)
        form = self.make_form(data=request.POST, initial=self.form_class.initial_from(record))
        if not form.is_valid():
            return self.refuse(form, record=record, **sent)
        if sent["digest"] != digest(record):
            return self.ask(form, record, read_opened(sent["opened"]))
        return self.save(form, form.to_record(record), record=record, **sent)

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
        stored: R | None = declared(self.resource.update)(self.ngnpro, self.record_key(), record, self.before)
        return stored

    def ask(self, form: RecordForm[R], record: R, opened: Opened) -> HttpResponse:
        """Show the changes of both people; fields that only the other user changed keep the stored values."""
        merged = self.make_form(data=take_over(form, opened, record), initial=form.initial)
        if not merged.is_valid():
            return self.refuse(merged, record=record, **marks(merged, record))
        wanted = merged.to_record(record)
        meanwhile = crossings(merged, opened, record, wanted)
        return self.show(409, form=merged, record=record, meanwhile=meanwhile, **marks(merged, record))


def marks(form: RecordForm[Any], record: Any) -> dict[str, Any]:
    """Return the fingerprint and the sealed values of the record that an edit form carries."""
    return {"digest": digest(record), "opened": opened_state(form, record)}
