"""Pages about a person's own sessions, which show browsers and systems by the names in their ``User-Agent``."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portal.core.views import PortalView
from portal.people import sessions

# The first match counts, because the User-Agent of many browsers also contains the names of others.
BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """Return the name of a browser and its system, e.g. "Firefox on Linux"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown browser")


class OwnSessions(PortalView):
    """The list of the viewer's sessions, with the present one marked."""

    template_name = "people/own_sessions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        here = sessions.session_hash(request.session.session_key)
        found = sessions.sessions_of(sessions.person_of(request.session))
        rows = [(row, browser_in_words(row.user_agent), row.key_hash == here) for row in found]
        return self.show(rows=rows, others=sum(not is_here for _row, _words, is_here in rows))


@require_POST
def end_own_session(request: HttpRequest, session: int) -> HttpResponse:
    """End one of the viewer's sessions; 404 for a session of another person."""
    own = sessions.sessions_of(sessions.person_of(request.session)).filter(pk=session).first()
    if own is None:
        raise Http404
    if own.key_hash == sessions.session_hash(request.session.session_key):
        request.session.flush()
        return HttpResponseRedirect(reverse("people:sign_in:sign-in"))
    sessions.end_sessions([own])
    messages.success(request, _("That browser is signed out."))
    return HttpResponseRedirect(reverse("people:own_sessions:list"))


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions of the viewer except this one."""
    ended = sessions.end_all_sessions(sessions.person_of(request.session), but=request.session)
    said = ngettext("%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended) % {"n": ended}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("people:own_sessions:list"))
