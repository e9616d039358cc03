"""Messages about changes that take several calls: what is stored, what is not, and how to finish it or undo it.

A page that shows its form again says this above the form (``FormView.failed``), and an error page in its place
(``core/_unfinished.html``). A page that goes on to another one leaves a message there, with ``report_unfinished``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from portal.core.access import may_open
from portal.core.markup import page_url
from portal.core.portal_request import PortalRequest
from portal.core.sent_forms import SLIP_FIELD

# A label, the name of a page, and the arguments of its URL.
Way = tuple[str | Promise, str, tuple[Any, ...]]


def report_unfinished(request: PortalRequest, problem: str, ways: Iterable[Way] = ()) -> None:
    """Add a message: what is not stored and why (``problem``), what is stored, with its undo, and ways to go on.

    Call it after the writes have ended. ``ways`` are pages on which the rest can be stored, or what is stored deleted;
    those that the viewer may not open are left out.
    """
    context = {
        "problem": problem,
        "unfinished": request.writes.stored,
        "ways": [(page_url(page, *args), label) for label, page, args in ways if may_open(request.viewer, page)],
    }
    # The template escapes what it shows.
    messages.error(request, SafeString(render_to_string("core/_unfinished_line.html", context, request).strip()))


def fields_to_send_again(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Return what a form sent, if its view stores the rest when that is sent again (``stores_rest``); else ``None``."""
    view = getattr(request.resolver_match.func, "view_class", None) if request.resolver_match else None
    if request.method != "POST" or not getattr(view, "stores_rest", False):
        return None
    left_out = {"csrfmiddlewaretoken", SLIP_FIELD}
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in left_out]
