"""Pages of an account's calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.accounts.calls.by_day import by_day
from portal.accounts.calls.chart import draw_chart
from portal.accounts.calls.forms import CallFilterForm
from portal.accounts.calls.log import CallLog, CallSelection, CallWindow
from portal.accounts.calls.services import fetch_call_traces, names_in_phonebook
from portal.accounts.calls.tables.calls import (
    CallLineActions,
    CallTable,
    call_details,
    spreadsheet_header,
    spreadsheet_row,
)
from portal.accounts.pages import TRUNK, LocalPage, file_name
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.accounts.tracing.choices import TraceKey
from portal.core.access import may_open, why_only_looking
from portal.core.currency import with_currency
from portal.core.spreadsheets import csv_response
from portal.ngnpro import errors


class CallPage(LocalPage):
    """A base class for pages about calls."""

    @cached_property
    def log(self) -> CallLog:
        return CallLog(self.ngnpro, self.sip_id, self.zone, names_in_phonebook(self.ngnpro, self.sip_id))

    @property
    def list_url(self) -> str:
        return f"{reverse('accounts:calls:list', args=[str(self.sip_id)])}?{self.request.GET.urlencode()}"

    def may(self, page: str) -> bool:
        return may_open(self.request.viewer, page) and not why_only_looking(self.request.viewer, page)

    def actions(self) -> CallLineActions:
        """Return the actions that the viewer may use on the other party of a call."""
        contact, block = (
            reverse(page, args=[str(self.sip_id)]) if self.may(page) else ""
            for page in ("accounts:contacts:add", "accounts:forwarding:incoming-reject")
        )
        if TRUNK in self.account.groups:
            block = ""  # a telephone system rejects callers itself
        return CallLineActions(contact, block, get_token(self.request) if block else "")


class CallList(CallPage):
    template_name = "accounts/calls/list.html"
    title = gettext_lazy("Calls")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        window, form = CallWindow(request.GET), CallFilterForm(request.GET)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        selection = form.to_filter()
        found = self.log.window(selection, window.size, window.place)
        counted = selection.counted(datetime.now(self.zone).date())
        table = CallTable(found, window, self.names, str(self.sip_id), self.actions())
        table.currency = self.currency
        statistics = fetch_or_unknown(lambda: self.log.statistics(counted))
        shown: dict[str, Any] = {"form": form, "window": window, "chips": form.chips(window), "table": table}
        shown |= {"found": found, "counted": counted, "statistics": statistics}
        if not self.request.viewer.account:
            return self.show(**shown)
        cost = "" if isinstance(statistics, Unknown) else with_currency(statistics.placed.price, self.currency)
        shown |= {"days": by_day(found.lines, self.zone, self.currency), "cost": cost}
        return render(request, "accounts/calls/own.html", {"view": self, **shown})


class CallDays(CallPage):
    """The number of calls per day, as a chart and a table."""

    template_name = "accounts/calls/days.html"
    title = gettext_lazy("Calls per day")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = CallFilterForm(request.GET)
        if not form.is_valid():
            return HttpResponseRedirect(self.list_url)
        counted = form.to_filter().counted(datetime.now(self.zone).date())
        lines, since = self.log.counted(counted)
        return self.show(chart=draw_chart(lines, counted, self.zone), counted=counted, counted_since=since)


class CallExport(CallPage):
    """All calls that match the filter, as CSV."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponseBase:
        form = CallFilterForm(request.GET)
        if not form.is_valid():
            return HttpResponseRedirect(self.list_url)
        rows = self.rows(form.to_filter())
        first = list(islice(rows, 1))  # fetched before the response starts, so that an outage shows an error page
        name = f"calls-{file_name(self.sip_id)}-{datetime.now(self.zone):%Y-%m-%d}.csv"
        return csv_response(name, spreadsheet_header(str(self.zone)), chain(first, rows))

    def rows(self, selection: CallSelection) -> Iterator[list[Any]]:
        """Yield the rows; if NGNPro fails in the middle of the export, the last row states that calls are missing."""
        any_yet = False
        try:
            for line in self.log.everything(selection):
                yield spreadsheet_row(line, datetime.fromtimestamp(line.call.start_time, self.zone))
                any_yet = True
        except errors.NgnproError:
            if not any_yet:
                raise
            yield [_("This list is not complete: NGNPro stopped answering.")]


class CallDetail(CallPage):
    template_name = "accounts/calls/detail.html"
    title = pgettext_lazy("noun", "Call")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        line = self.log.find(self.kwargs["call"])
        if line is None:
            raise Http404
        return self.show(
            **call_details(line, self.currency),
            actions=self.actions().draw(line),
            trail=fetch_call_traces(self.ngnpro, line),
            trace_url=TraceKey.of(line.call).url(),
        )
