"""The search for calls across accounts, and its result as CSV."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.accounts.tracing.forms import CallSearchForm, TraceKeyForm
from portal.accounts.tracing.services import all_calls, searches_calls
from portal.accounts.tracing.tables import FoundCallTable, spreadsheet_header, spreadsheet_rows
from portal.core.spreadsheets import csv_response
from portal.core.views import PortalView


class CallSearchPage(PortalView):
    """The calls of all accounts, by number, address, domain, Call-ID and time.

    On a server that does not search for them, the page asks for the key of a trace instead.
    """

    template_name = "accounts/tracing/list.html"
    title = gettext_lazy("Calls")

    def get(self, request: HttpRequest) -> HttpResponse:
        if not searches_calls(self.ngnpro):
            return self.show(key_form=TraceKeyForm())
        window, form = FoundCallTable.window_for(request.GET), CallSearchForm(request.GET)
        if not form.is_valid():
            return self.show(422, form=form, window=window)
        query = replace(form.to_filter(), start=window.range.start, count=window.range.count)
        found = self.ngnpro.watch.get_found_calls(query)
        return self.show(
            form=form,
            window=window,
            chips=form.chips(window),
            table=FoundCallTable(found, window, self.names),
            zone=timezone.get_current_timezone_name(),
        )


class CallSearchExport(PortalView):
    """All calls that the search finds, as CSV."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = CallSearchForm(request.GET)
        if not form.is_valid() or not searches_calls(self.ngnpro):
            return HttpResponseRedirect(f"{reverse('accounts:tracing:list')}?{request.GET.urlencode()}")
        rows = spreadsheet_rows(all_calls(self.ngnpro, form.to_filter()))
        first = list(islice(rows, 1))  # fetched before the response starts, so that an outage shows an error page
        name = f"calls-{timezone.localdate():%Y-%m-%d}.csv"
        return csv_response(name, spreadsheet_header(timezone.get_current_timezone_name()), chain(first, rows))
