"""Submitted forms: each is processed once, and only for the viewer for whom it was opened.

Every form carries a slip in a hidden field, which ``{% csrf_token %}`` adds: a one-time id, for whom the form was
opened, and on which NGNPro server. Requests with the same slip belong together. A request without one, from a program
or an old page, is always processed.

A form that is submitted twice, by a double click or a reload, gets the response to the first request, also while that
one is still being processed. A form that was opened while acting for another customer, or on another NGNPro server, is
refused; the response contains what was typed. A refusal (409, 422) and a page that asks for confirmation (200) changed
nothing, so the same form may be submitted again with other content, e.g. after the browser's "back".

A form that is sent after the session has ended, or with the CSRF token of the session before, is not processed. The
response contains what was typed, so that it can be sent after signing in again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from portal.core import sealing
from portal.core.models import SentForm
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Viewer

SLIP_FIELD = "slip"


@dataclass(frozen=True, slots=True)
class FormSlip:
    """A form's slip, which is sealed in the form. ``scope`` identifies the viewer, ``whom`` is the text to show."""

    id: str
    scope: str
    whom: str


def new_slip(viewer: Viewer) -> str:
    """Return a new sealed slip for a form that is about to be shown."""
    return sealing.seal(json.dumps([secrets.token_urlsafe(16), slip_scope(viewer), for_whom(viewer)]))


def read_slip(sealed: str) -> FormSlip | None:
    """Return the slip of a sealed text; ``None`` if this portal did not seal it."""
    text = sealing.unseal(sealed) if sealed.isascii() else ""
    return FormSlip(*json.loads(text)) if text else None


def slip_scope(viewer: Viewer) -> str:
    """Return a text that identifies who is signed in, for whom they act, and on which NGNPro server."""
    return f"{viewer.login} {viewer.scope}"


def for_whom(viewer: Viewer) -> str:
    """Return the name of the customer that a viewer acts for, else their own, and of the NGNPro server, to show."""
    name = viewer.acting.name if viewer.acting else viewer.name or viewer.login
    return f"{name} ({viewer.engine})" if viewer.engine else name


KEEP_SECONDS = 15 * 60  # how long a response can be repeated
FORGET = timedelta(days=2)  # how long an id is known as used
WAIT_SECONDS = 45.0  # for the response to a form that is being processed
_PAUSE = 0.1
_UNDONE = (200, 409, 422)
_HEADERS = ("Content-Type", "Content-Disposition", "Location", "HX-Redirect", "HX-Refresh")
_LARGEST = 1024 * 1024  # bytes
# Forms of this room change for whom the viewer acts, so they may be sent in any state.
_ANYWHERE = ["people", "sign_in"]


class SentFormMiddleware:
    """Lets one request process a form, and sends the same response to the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if claimed := getattr(request, "claimed_form", ""):
            _keep(request, claimed, response)
        return response

    def process_view(self, request: PortalRequest, *_view: Any) -> HttpResponse | None:
        slip = read_slip(request.POST.get(SLIP_FIELD, "")) if request.method == "POST" else None
        match = request.resolver_match
        if slip is None or (match and match.namespaces == _ANYWHERE):
            return None
        if slip.scope != slip_scope(request.viewer):
            return _refuse(request, "misplaced", slip)
        number, content = _digest([slip.id, request.path]), _fingerprint(request)
        if _claim(number, content):
            request.claimed_form = number  # type: ignore[attr-defined]
            return None
        return _answer_again(request, slip, number, content)


def keep_after_session(request: PortalRequest) -> HttpResponse | None:
    """Return the page with what was typed into a form whose session has ended; ``None`` for other requests.

    The slip shows that this portal made the form for the person who sends it. So another site cannot get one filled in.
    """
    slip = read_slip(request.POST.get(SLIP_FIELD, "")) if request.method == "POST" else None
    if slip is None:
        return None
    if request.viewer.is_nobody:
        return _refuse(request, "signed out", slip)
    return _refuse(request, "signed in again", slip) if slip.scope == slip_scope(request.viewer) else None


def forget_sent_forms() -> None:
    """Delete submitted forms that are too old to be submitted again."""
    SentForm.objects.filter(sent__lt=timezone.now() - FORGET).delete()


def _claim(number: str, content: str) -> bool:
    """Claim a form for this request, in one step, and return whether that succeeded.

    A form that was refused may be claimed again with other content.
    """
    try:
        with transaction.atomic():
            SentForm.objects.create(id=number, content=content)
    except IntegrityError:
        refused = SentForm.objects.filter(id=number, status__in=_UNDONE).exclude(content=content)
        return bool(refused.update(status=0, content=content, answer="", sent=timezone.now()))
    return True


def _fingerprint(request: HttpRequest) -> str:
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name != "csrfmiddlewaretoken")
    files = []
    for name, given in sorted(request.FILES.lists()):
        for file in given:
            files.append([name, file.name, hashlib.file_digest(file, "sha256").hexdigest()])
            file.seek(0)
    return _digest([request.get_full_path(), fields, files])


def _digest(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _keep(request: HttpRequest, number: str, response: HttpResponse) -> None:
    """Store the response for other requests with the same form; a streamed file may be requested again."""
    form = SentForm.objects.filter(id=number)
    if response.streaming:
        form.delete()
        return
    if request.session.modified:
        request.session.save()  # before other requests use what it holds
    answer = _pack(request, response) if len(response.content) <= _LARGEST else ""
    form.update(status=response.status_code, answer=answer)


def _pack(request: HttpRequest, response: HttpResponse) -> str:
    said = messages.get_messages(request)
    lines = [[one.level, str(one.message), one.extra_tags] for one in said] if response.status_code < 400 else []
    if isinstance(said, BaseStorage):
        said.used = False  # the next page shows them
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    body = base64.b64encode(zlib.compress(response.content)).decode("ascii")
    return sealing.seal(json.dumps([headers, lines, body]))


def _answer_again(request: PortalRequest, slip: FormSlip, number: str, content: str) -> HttpResponse | None:
    """Return the response to the first request, after waiting for it; ``None`` if this request is to be processed."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        form = SentForm.objects.filter(id=number).first()
        if form is None:
            return None
        if form.content != content:
            return _refuse(request, "other content", slip)
        if form.status:
            packed = sealing.unseal(form.answer, KEEP_SECONDS) if form.answer else ""
            return _unpack(request, form.status, packed) if packed else _refuse(request, "sent", slip)
        if time.monotonic() > until:
            return _refuse(request, "at work", slip)
        time.sleep(_PAUSE)


def _unpack(request: HttpRequest, status: int, packed: str) -> HttpResponse:
    headers, lines, body = json.loads(packed)
    for level, line, tags in lines:
        messages.add_message(request, level, line, tags or "")
    if location := headers.pop("Location", ""):
        return HttpResponseRedirect(location, status=status)
    return HttpResponse(zlib.decompress(base64.b64decode(body)), status=status, headers=headers)


def _refuse(request: PortalRequest, why: str, slip: FormSlip) -> HttpResponse:
    """Show why a form is not processed, with everything that was typed, so that it can be sent again."""
    stays = why in ("misplaced", "signed out")  # it keeps its own slip, which is valid only where it was opened
    left_out = {"csrfmiddlewaretoken"} | (set() if stays else {SLIP_FIELD})
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in left_out]
    context: dict[str, Any] = {
        "why": why,
        "then": slip.whom,
        "now": for_whom(request.viewer),
        "typed": typed,
        "stays": stays,
    }
    view = getattr(request.resolver_match.func, "view_class", None) if request.resolver_match else None
    context["opens"] = hasattr(view, "get")
    return render(request, "core/form_kept.html", context, status=409)
