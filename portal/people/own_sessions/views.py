"""Pages about a person's own sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.core.views import PortalView
from portal.people import sessions

from .choices import browser_in_words


class Places(PortalView):
    """The list of the viewer's sessions, with the present one marked."""

    template_name = "people/own_sessions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        here = sessions.hash_of(request.session.session_key)
        found = sessions.sessions_of(sessions.person_of(request.session))
        rows = [(place, browser_in_words(place.user_agent), place.key_hash == here) for place in found]
        return self.show(rows=rows, others=sum(not is_here for _place, _words, is_here in rows))


@require_POST
def end_one(request: HttpRequest, place: int) -> HttpResponse:
    """End one of the viewer's sessions; 404 for a session of another person."""
    own = sessions.sessions_of(sessions.person_of(request.session)).filter(pk=place).first()
    if own is None:
        raise Http404
    if own.key_hash == sessions.hash_of(request.session.session_key):
        request.session.flush()
        return HttpResponseRedirect(reverse("people:sign_in:sign-in"))
    sessions.end_sessions([own])
    messages.success(request, _("That browser is signed out."))
    return HttpResponseRedirect(reverse("people:own_sessions:list"))


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions of the viewer except this one."""
    ended = sessions.end_all_sessions(sessions.person_of(request.session), but=request.session)
    said = ngettext("%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended) % {"n": ended}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("people:own_sessions:list"))
