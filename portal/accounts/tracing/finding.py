"""The search for calls by their Call-ID, from the search box of every page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.accounts.tracing.choices import TraceKey
from portal.accounts.tracing.services import searches_calls
from portal.core.in_words import party_in_words
from portal.core.resources import HITS, SearchHit, SearchResult
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import CallSearch, FoundCall

# What Call-IDs have and addresses, names and numbers lack: 12 characters or more with digits and letters before the @.
_CALL_ID = re.compile(r"(?=[^@]*[0-9])(?=[^@]*[A-Za-z])[^@\s]{12,200}(@[^@\s]{1,54})?", re.ASCII)


def search_call_ids(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Find the calls with a whole Call-ID. Servers without the search may have the trace: a hit says so."""
    if not _CALL_ID.fullmatch(wanted):
        return 0, ()
    if not searches_calls(ngnpro):
        return 1, [SearchHit(TraceKey(wanted).url(), _("Look for the trace of this call"), wanted)]
    found = ngnpro.watch.get_found_calls(CallSearch(call_id=wanted, count=HITS.count)).calls
    return len(found), map(_hit, found)


def _hit(call: FoundCall) -> SearchHit:
    names = {"caller": party_in_words(call.from_uri), "called": party_in_words(call.to_uri)}
    about = date_format(localtime(datetime.fromtimestamp(call.start_time, UTC)), "j M Y, H:i")
    return SearchHit(TraceKey.of(call).url(), _("%(caller)s called %(called)s") % names, about)
