"""The declaration of the accounts:tracing room: its pages and their permissions, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.tracing.finding import search_call_ids
from portal.core.resources import Search
from portal.core.rooms import ALWAYS, EVERYBODY, OPERATORS, STAFF, Menu, Needs, Page, Room

ROOM = Room(
    "accounts:tracing",
    path="tracing/",
    help="tracing",
    pages=(
        Page("list", "", "search.CallSearchPage", STAFF, asks="Sip.getSipTrace", needs=Needs.CALL_DATA),
        Page("export", "export/", "search.CallSearchExport", STAFF, asks="Watch.getFoundCalls", needs=Needs.CALL_DATA),
        Page("trace", "trace/", "traces.TraceDetail", STAFF, asks="Sip.getSipTrace", needs=Needs.CALL_DATA),
        Page(
            "share",
            "trace/share/",
            "traces.TraceShare",
            STAFF,
            asks="Sip.getSipTrace",
            needs=Needs.CALL_DATA,
            writes=ALWAYS,
        ),
        Page("media", "media/", "media.MediaNow", OPERATORS, asks="Sip.getMediaSessions", needs=Needs.CALL_DATA),
        Page("shared-open", "link/<str:token>/", "traces.SharedTraceLink", EVERYBODY),
        Page("shared", "shared/", "traces.SharedTrace", EVERYBODY),
    ),
    searches=(Search("accounts:tracing:list", _("Calls with this Call-ID"), "phone", search_call_ids),),
    menu=(Menu("list", _("Calls"), "phone"),),
    journal_kinds={"trace": _("Trace of a call")},
    journal_actions={
        "shareTrace": _("Link to the trace made"),
        "unshareTrace": _("Link to the trace ended"),
    },
)
