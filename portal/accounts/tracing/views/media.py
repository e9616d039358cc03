"""The calls whose media are relayed now, and the media relays."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.accounts.calls.log import plain_address
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.core.views import PortalView


class MediaNow(PortalView):
    """What the media relays report of themselves and of their sessions; ``?q=`` finds a caller or a called side."""

    template_name = "accounts/tracing/media.html"
    title = gettext_lazy("Media now")

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:320]
        relays = fetch_or_unknown(self.ngnpro.sip.get_media_summary)
        sessions = fetch_or_unknown(self.ngnpro.sip.get_media_sessions)
        ends = () if isinstance(sessions, Unknown) else sessions
        shown = [
            (plain_address(one.from_uri), plain_address(one.to_uri), one)
            for one in ends
            if wanted.casefold() in f"{one.from_uri}\n{one.to_uri}".casefold()
        ]
        return self.show(relays=relays, sessions=sessions, shown=shown, wanted=wanted)
