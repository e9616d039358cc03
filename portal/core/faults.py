"""Refusals and outages in a person's words: what happened, that nothing was lost, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ngnpro import errors, faults


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fault as a page shows it; ``small`` is NGNPro's own code and words, for the small print."""

    what: str
    next_step: str = ""
    small: str = ""


def explain(error: errors.NgnproError) -> Explanation:
    """Say in the viewer's language what an error means and what can be done about it."""
    what, next_step = faults.explain(error)
    small = str(error)
    if isinstance(error, errors.Refusal):
        small = _("NGNPro said %(code)s: %(text)s") % {"code": error.code, "text": error.text}
    return Explanation(_(what), _(next_step) if next_step else "", small)


def locked_login(request: HttpRequest, lock: errors.Locked) -> HttpResponse:
    """Say that NGNPro has locked the person's login for a while; the session goes on, and nothing was changed."""
    wait = lock.wait
    context = {"explanation": explain(lock), "until": timezone.now() + wait if wait else None}
    response = render(request, "locked.html", context, status=429)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response
