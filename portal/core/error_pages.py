"""Error pages, and explanations of NGNPro's refusals and outages: what happened, what is stored, what to do next.

The page for a database that is down is rendered without the database and the session. It says what NGNPro has already
stored, and shows passwords that are shown only once, since the next page cannot.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from ngnpro_wire.request_ids import current_request_id
from portal.core.navigation import language_context
from portal.core.portal_request import PortalRequest
from portal.core.sealing import held_secrets
from portal.core.sent_forms import keep_after_session
from portal.ngnpro import errors, faults

log = logging.getLogger(__name__)

# how the reasons begin that blame the origin of a form
_FOREIGN = tuple(reason.partition("%s")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER))


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error as a page shows it; ``small`` is NGNPro's own code and text, shown in small print."""

    what: str
    next_step: str = ""
    small: str = ""


def explain_error(error: errors.NgnproError) -> Explanation:
    """Return what an error means and what to do about it, in the viewer's language."""
    what, next_step = faults.explain_ngnpro_error(error)
    small = str(error)
    if isinstance(error, errors.Refusal):
        small = _("NGNPro said %(code)s: %(text)s") % {"code": error.code, "text": error.text}
    return Explanation(_(what), _(next_step) if next_step else "", small)


def what_is_stored(request: HttpRequest) -> str:
    """Return a sentence about what a request stored before NGNPro refused it; empty for one that stores nothing."""
    if request.method != "POST":
        return ""
    made = cast(PortalRequest, request).writes.made
    outcomes = {call.outcome for write in made for call in write.calls}
    if "ok" in outcomes:
        return _("A part of your change was stored before this. Look at the record to see what is stored.")
    if any(not outcome.startswith("refused") for outcome in outcomes):
        return _("A part of your change may have been stored before this. Look at the record to see what is stored.")
    return _("Nothing was changed.")


def locked_login_page(request: HttpRequest, lock: errors.Locked) -> HttpResponse:
    """Show that NGNPro has locked the person's login for a while; their session stays."""
    wait = lock.wait
    context: dict[str, Any] = {"explanation": explain_error(lock), "until": timezone.now() + wait if wait else None}
    context["changed"] = what_is_stored(request)
    response = render(request, "locked.html", context, status=429)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response


DATABASE_DOWN = (OperationalError, InterfaceError)
RETRY_SECONDS = 10


def is_database_down(error: BaseException | None) -> bool:
    """Return whether an error was caused by a database that cannot be reached or written."""
    return any(isinstance(one, DATABASE_DOWN) for one in _causes_of(error))


def _causes_of(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def database_down_page(request: HttpRequest) -> HttpResponse:
    """Show that the database is down, what is stored and what is not, and what to do next."""
    made = getattr(request, "writes", None)
    stored = made.stored if made else []
    context = {
        "stored": [write.summary or write.calls[0].operation for write in stored],
        "secrets": held_secrets(request, [write.after for write in stored]),
        "saving": request.method == "POST",
        "address": request.get_full_path(),
        "reference": current_request_id(),
    }
    response = HttpResponse(render_to_string("database.html", language_context() | context), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def csrf_failure_page(request: PortalRequest, reason: str = "") -> HttpResponse:
    """Show the page for a form that may come from another site, mostly from a page left open after signing out.

    A form that was opened before its author signed in again is shown with what was typed, to be sent again.
    If the browser's or a proxy's headers name another origin, the page and the log name the setting to change.
    """
    origin = request.headers.get("Origin", "")
    is_foreign = reason.startswith(_FOREIGN)
    if not is_foreign and (kept := keep_after_session(request)):
        return kept
    context = {"origin": origin[:200], "is_hidden": origin == "null", "is_foreign": is_foreign}
    if is_foreign:
        _log_foreign_form(request, origin)
    return render(request, "403_csrf.html", context, status=403)


def _log_foreign_form(request: HttpRequest, origin: str) -> None:
    if origin == "null":
        log.warning(
            "A form was refused because its page is hidden (Origin: null). If it happens to everybody, let the proxy"
            " pass the headers Origin and Referer on, and not set Referrer-Policy to no-referrer. PORTAL_ORIGINS cannot"
            " help: it has the addresses of pages."
        )
        return
    log.warning(
        "A form was refused: its page is %r, the portal answers at %r. If both are this portal, set PORTAL_ORIGINS,"
        " or PORTAL_BEHIND_TLS_PROXY if a proxy adds TLS, and let the proxy pass the Host header on.",
        origin[:200],
        f"{request.scheme}://{request.get_host()}",
    )


def bad_request_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that a request is malformed, or names a host at which the portal does not answer.

    The page is rendered without the session and the host name, which would fail again.
    """
    host = request.META.get("HTTP_HOST", "")[:200] if isinstance(exception, DisallowedHost) else ""
    if host:
        log.warning(
            "A request for the host %r was refused. If it is this portal, add it to PORTAL_HOSTS, or let the proxy pass"
            " the Host header on.",
            host,
        )
    return HttpResponse(render_to_string("400.html", {"host": host}), status=400)


def not_found_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the page does not exist, or not for this viewer."""
    return render(request, "404.html", status=404)


def failed_page(request: HttpRequest) -> HttpResponse:
    """Show that the portal or its database failed, without using the session or the database."""
    if is_database_down(sys.exc_info()[1]):
        return database_down_page(request)
    return HttpResponse(render_to_string("500.html"), status=500)
