"""Explanations of NGNPro's refusals and outages: what happened, what is stored, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.viewer import PortalRequest
from portal.ngnpro import errors, faults


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error as a page shows it; ``small`` is NGNPro's own code and text, shown in small print."""

    what: str
    next_step: str = ""
    small: str = ""


def explain(error: errors.NgnproError) -> Explanation:
    """Return what an error means and what to do about it, in the viewer's language."""
    what, next_step = faults.explain(error)
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


def locked_login(request: HttpRequest, lock: errors.Locked) -> HttpResponse:
    """Show that NGNPro has locked the person's login for a while; their session stays."""
    wait = lock.wait
    context: dict[str, Any] = {"explanation": explain(lock), "until": timezone.now() + wait if wait else None}
    context["changed"] = what_is_stored(request)
    response = render(request, "locked.html", context, status=429)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response
