"""Base classes of views: list, record and delete pages; ``form_views`` has those with forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Generic, TypeVar, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.views import View

from portal.core import spreadsheets
from portal.core.access import may_open, why_only_looking
from portal.core.bulk import BulkAction
from portal.core.customer_names import CUSTOMER_SUGGESTIONS, CustomerNames
from portal.core.dependents import Dependents
from portal.core.error_pages import explain_error
from portal.core.fields import CustomerField
from portal.core.forms import FilterForm
from portal.core.markup import page_url
from portal.core.portal_request import PortalRequest
from portal.core.related import ShownRelated, related_records
from portal.core.resources import Resource, require_declared
from portal.core.rooms import page_of_action, resource_for, resources
from portal.core.saved_views import ListTools, list_tools
from portal.core.tables import Action, Table, Window
from portal.core.writes import State
from portal.ngnpro import Ngnpro, Query, Range, RecordPage, errors
from portal.ngnpro.ports.base import iterate_records

F = TypeVar("F")
R = TypeVar("R")
T = TypeVar("T")


class PortalView(View):
    """A page of the portal, with the viewer's NGNPro client, customers' names, and ``show`` to render its template.

    ``resource`` is the declaration of the record that the page is about (from the room's ``room.py``). The bases below
    find, list, add, update and delete records by it, unless a subclass overrides the method. ``stores_rest``: if a
    later call of the page failed, the same request stores the rest; the error page offers to send it again.
    """

    request: PortalRequest
    template_name: ClassVar[str]
    resource: ClassVar[Resource]
    stores_rest: ClassVar[bool] = False

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
        for name, field in form.fields.items():
            if isinstance(field, CustomerField):
                self.offer_to(field, self._text_in(form, name))
                stored = form.initial.get(name)
                if form.is_bound and isinstance(stored, int) and stored and stored not in field.names:
                    # the name that the form showed is accepted even if NGNPro does not know it any more
                    field.offer({**field.names, stored: self.names.find(stored)}, CUSTOMER_SUGGESTIONS)

    def _text_in(self, form: forms.BaseForm, name: str) -> str:
        """Return what a field shows or what was typed into it, before the form is checked."""
        if form.is_bound:
            return str(form.data.get(form.add_prefix(name), ""))
        return str(form.initial.get(name) or self.request.GET.get(name, ""))

    def offer_to(self, field: CustomerField, text: str) -> None:
        """Set the customers that a field accepts by name; ``text`` is what is in it."""
        self.names.learn()
        names = dict(self.names)
        if text.isascii() and text.isdecimal() and len(text) < 10 and int(text):
            names[int(text)] = self.names.find(int(text))
        else:
            self.names.look_up(text)
            names |= dict(self.names)
        field.offer(names, CUSTOMER_SUGGESTIONS)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, {"view": self, **context}, status=status)


class ListView(PortalView, Generic[T]):
    """A list whose filter, order and page are in the URL."""

    template_name = "core/list.html"
    table_class: ClassVar[type[Table[Any]]]
    filter_class: ClassVar[type[FilterForm[Any]]]
    title: ClassVar[str | Promise]
    bulk: ClassVar[tuple[Action, ...]] = ()
    keeps_views: ClassVar[bool] = True

    def fetch(self, query: Query[Any]) -> RecordPage[T]:
        """Fetch one page of the list from NGNPro."""
        return require_declared(self.resource.fetch)(self.ngnpro, query)

    def owners(self, record: T) -> tuple[int | None, ...]:
        """Return the numbers of the customers that a row shows by name."""
        return ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wants_all = request.method == "GET" and request.GET.get("as") in spreadsheets.FORMATS
        return self.spreadsheet() if wants_all else super().dispatch(request, *args, **kwargs)

    def matches(self, conditions: Any, window: Window) -> Iterator[T]:
        """Yield all records that the filter finds, in the order of the list, fetched page by page."""
        return iterate_records(self.fetch, conditions, window.order_by, spreadsheets.SPREADSHEET_PAGE)

    def conditions(self, form: FilterForm[F]) -> F:
        """Return the filter of the list: the one of the form, or the first other one that finds something."""
        tried: list[F] = []

        def count(conditions: F) -> RecordPage[T]:
            tried.append(conditions)
            return self.fetch(Query(filter=conditions, range=Range(0, 1)))

        others = list(form.other_filters())
        return tried[-1] if others and form.first_that_finds(count).total else form.to_filter()

    def keys_of_all(self, conditions: Any) -> list[str] | None:
        """Return the keys of all records that a filter finds, if NGNPro cannot apply it; ``None`` if it can."""
        return None

    def spreadsheet(self) -> HttpResponseBase:
        """Return all records that the filter finds as a CSV or XLSX file, with the columns that the room states."""
        if not self.spreadsheet_columns:
            raise Http404
        window = self.table_class.window_for(self.request.GET)
        form = self.filter_class(self.request.GET)
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        match = self.request.resolver_match
        filename = f"{match.namespace.replace(':', '-') if match else 'list'}.{self.request.GET['as']}"
        records = self.matches(self.conditions(form), window)
        return spreadsheets.spreadsheet_response(filename, self.spreadsheet_columns, records, self.names)

    def get(self, request: HttpRequest) -> HttpResponse:
        window = self.table_class.window_for(request.GET)
        form = self.filter_class(request.GET)
        form.drop_useless(self.request.viewer)
        self.offer_names(form)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        page = form.first_that_finds(
            lambda conditions: self.fetch(Query(filter=conditions, order_by=window.order_by, range=window.range))
        )
        if not page.items and page.total and window.page > 1:
            return HttpResponseRedirect(window.url(page=-(-page.total // window.size)))
        self.names.prepare(number for record in page for number in self.owners(record))
        self.tools = self.kept(request.GET)
        table = self.make_table(page, window)
        table.is_exported = bool(self.spreadsheet_columns)
        return self.show(form=form, table=table, window=window, chips=form.chips(window), tools=self.tools)

    tools: ListTools | None = None

    def kept(self, params: QueryDict) -> ListTools | None:
        """Return what the viewer has kept for the list; ``None`` for lists of one record, and for subscribers."""
        match = self.request.resolver_match
        if match is None or not self.keeps_views or self.kwargs or self.request.viewer.account:
            return None
        return list_tools(self.request.viewer, match.view_name, self.table_class, params)

    def has_column(self, name: str) -> bool:
        """Return whether the list shows a column now, so that what it holds has to be fetched."""
        return self.tools is not None and any(column.name == name for column in self.tools.shown)

    def beside(self, page: RecordPage[T]) -> Any:
        """Fetch what the list shows besides its records, with a number of calls that does not grow with the list."""
        return None

    def make_table(self, page: RecordPage[T], window: Window) -> Table[T]:
        table = self.table_class(page.items, page.total, window, self.names, self.beside(page))
        if self.tools is not None:
            table.shown = self.tools.shown
        table.bulk = tuple(action for action in self.bulk if self.may_post(action.page))
        table.plans = tuple(self.plans()) if table.tick else ()
        return table

    @property
    def room_resources(self) -> list[Resource]:
        """Return the resources of this room."""
        match = self.request.resolver_match
        return [one for one in resources().values() if match and one.room == match.namespace]

    @property
    def kind(self) -> Resource | None:
        """Return the kind of record of this room; ``None`` if it has none."""
        return next((one for one in self.room_resources if not one.part), None)

    @property
    def spreadsheet_columns(self) -> tuple[str, ...]:
        """Return the columns of this room's spreadsheets; empty if its lists are not exported."""
        return next((one.exported_columns for one in self.room_resources if one.columns), ())

    @property
    def import_url(self) -> str:
        """Return the URL of the page that imports such records; empty if the viewer may not add any."""
        kind = self.kind
        if kind is None or kind.add is None or kind.fetch is None or not self.may_post(f"{kind.room}:add"):
            return ""
        return page_url("jobs:import", kind.name) if self.may_post("jobs:import") else ""

    def plans(self) -> Iterator[BulkAction]:
        """Iterate over the bulk actions on the records of this room that the viewer may carry out."""
        kind = self.kind
        if kind is not None and self.may_post("jobs:new"):
            yield from (action for action in kind.actions if self.may_post(page_of_action(kind, action)))

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
        record: R | None = require_declared(self.resource.find)(self.ngnpro, self.record_key())
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

    def related(self, kind: str, record: R) -> list[ShownRelated]:
        """Fetch the records of other kinds that the page shows, whose lists the viewer may open."""
        declared = [(other.name, one) for other in resources().values() for one in other.related if one.of == kind]
        shown = [(name, one) for name, one in declared if may_open(self.request.viewer, one.page)]
        return related_records(shown, self.ngnpro, record)


class DeleteView(RecordView[R]):
    """A page that lists what a deletion affects, and deletes the record by POST.

    If other records will be deleted too, the person has to type the record's name. A record that is still in use is not
    deleted, nor is one whose users or dependent records NGNPro could not count.
    """

    template_name = "core/delete.html"

    def name_of(self, record: R) -> str:
        return str(record)

    def users_of(self, record: R) -> Iterable[Dependents]:
        """List the records that have to be deleted first."""
        resource = resource_for(record)
        return resource.used_by(self.ngnpro, record) if resource else ()

    def consequences(self, record: R) -> Iterable[Dependents]:
        """List the records that will be deleted too."""
        resource = resource_for(record)
        return resource.hangs(self.ngnpro, record) if resource else ()

    def left_behind(self, record: R) -> Iterable[Dependents]:
        """List the records that refer to this one and are not deleted."""
        resource = resource_for(record)
        return resource.stays(self.ngnpro, record) if resource else ()

    def delete(self, record: R) -> None:
        require_declared(self.resource.delete)(self.ngnpro, record)

    def done(self, record: R) -> HttpResponse:
        raise TypeError(f"{type(self).__name__} has to say where it goes.")

    def page(self, record: R, status: int = 200, error: str = "") -> HttpResponse:
        using, hanging = list(self.users_of(record)), list(self.consequences(record))
        staying = list(self.left_behind(record))
        goes = [one for one in hanging if one.count]
        return self.show(
            status,
            record=record,
            name=self.name_of(record),
            used_by=[one for one in using if one.count],
            uncounted_use=[one.label for one in using if one.count is None],
            goes=goes,
            total=1 + sum(one.count or 0 for one in goes),
            stays=[one for one in staying if one.count],
            uncounted=[one.label for one in hanging if one.count is None],
            uncounted_stays=[one.label for one in staying if one.count is None],
            error=error,
        )

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.page(self.get_record())

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        record = self.get_record()
        using, hanging = list(self.users_of(record)), list(self.consequences(record))
        if any(one.count is None for one in [*using, *hanging]):
            return self.page(record, 503)
        if any(one.count for one in using):
            return self.page(record, 422)
        goes = [one for one in hanging if one.count]
        if goes and request.POST.get("name", "").strip().casefold() != self.name_of(record).casefold():
            return self.page(record, 422, _("The name does not match. Nothing was deleted."))
        try:
            also_deleted = tuple((one.count or 0, one.label) for one in goes)
            with self.request.writes.change(cast(State, record), also_deleted=also_deleted, **self.of_whom()):
                self.delete(record)
        except errors.Refusal as refusal:
            return self.refused(record, refusal)
        return self.done(record)

    def refused(self, record: R, refusal: errors.Refusal) -> HttpResponse:
        return self.page(record, 422, explain_error(refusal).what)
