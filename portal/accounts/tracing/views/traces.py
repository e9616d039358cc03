"""The trace of one call: its ladder, its media, its files, and links for carriers."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.calls.services import silent_side
from portal.accounts.status import Unknown
from portal.accounts.tracing.choices import MOST_LINKS, TraceKey
from portal.accounts.tracing.files import as_pcap, as_text
from portal.accounts.tracing.forms import TraceKeyForm, TraceLinkForm
from portal.accounts.tracing.ladder import draw_ladder
from portal.accounts.tracing.models import TraceLink
from portal.accounts.tracing.services import (
    CallTrail,
    end_link,
    fetch_trail,
    key_of,
    links_of,
    make_link,
    open_link,
    succession_of,
    valid_link,
)
from portal.core import servers
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView

OPENED = "trace-link"  # the key of the session for the number of the link that was opened
FORMATS = {"txt": "text/plain; charset=utf-8", "pcap": "application/vnd.tcpdump.pcap"}


def trail_context(trail: CallTrail, opened: str) -> dict[str, Any]:
    """Return the template context of a trace; ``opened`` is the number of the message that is open, as text."""
    packets = () if isinstance(trail.packets, Unknown) else trail.packets
    media = None if isinstance(trail.media, Unknown) else trail.media
    return {
        "trail": trail,
        "packets": packets,
        "ladder": draw_ladder(packets) if packets else None,
        "streams": list(zip(media.streams, succession_of(media), strict=True)) if media else (),
        "one_way": silent_side(media) if media else "",
        "opened": int(opened) if opened.isascii() and opened.isdecimal() and len(opened) < 6 else 0,
    }


def trail_file(trail: CallTrail, call_id: str, wanted: str) -> HttpResponse:
    """Return the messages of a trace as a file to download. Raises ``Http404`` if there are none."""
    if wanted not in FORMATS or isinstance(trail.packets, Unknown) or not trail.packets:
        raise Http404
    content = as_pcap(trail.packets) if wanted == "pcap" else as_text(trail.packets)
    name = re.sub(r"[^A-Za-z0-9.@-]", "_", call_id)[:80]
    headers = {"Content-Disposition": f'attachment; filename="trace-{name}.{wanted}"'}
    return HttpResponse(content, content_type=FORMATS[wanted], headers=headers)


class TracePage(PortalView):
    """A base class for pages about the trace of the call in the URL."""

    template_name = "accounts/tracing/trace.html"
    title = gettext_lazy("Trace of a call")

    @cached_property
    def key(self) -> TraceKey:
        form = TraceKeyForm(self.request.GET)
        if not form.is_valid():
            raise Http404
        return form.key


class TraceDetail(TracePage):
    """The ladder and the media of a call; ``?as=txt`` and ``?as=pcap`` are its files."""

    def get(self, request: HttpRequest) -> HttpResponse:
        trail = fetch_trail(self.ngnpro, self.key)
        if wanted := request.GET.get("as"):
            return trail_file(trail, self.key.call_id, wanted)
        context = trail_context(trail, request.GET.get("packet", ""))
        return self.show(
            **context,
            key=self.key,
            files=[self.key.url(**{"as": name}) for name in FORMATS],
            hops=self.hops(context),
            links=links_of(self.request.viewer, self.key),
            link_form=TraceLinkForm(),
            link_url=take_secret(self.request, f"trace of {self.key.call_id}"),
            share_url=self.key.url("accounts:tracing:share"),
        )

    def hops(self, context: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the other addresses of the trace, with the URLs of what they have traced of the call.

        On a server whose proxies write their traces to one table, the ladder shows all of it already.
        """
        if self.ngnpro.watch.is_there or context["ladder"] is None:
            return []
        others = (one.host for one in context["ladder"].columns if one.host != self.key.node_ip)
        return [(host, TraceKey(self.key.call_id, host, self.key.from_tag, self.key.to_tag).url()) for host in others]


class TraceShare(TracePage):
    """Makes a link to the trace, which is shown once, or ends one."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        back = HttpResponseRedirect(self.key.url())
        if (number := request.POST.get("end", "")).isdecimal() and len(number) < 10:
            return self.end(int(number), back)
        form = TraceLinkForm(request.POST)
        if not form.is_valid():
            raise Http404
        trail = fetch_trail(self.ngnpro, self.key)  # as this viewer sees it, so that nobody shares what they cannot see
        if isinstance(trail.packets, Unknown) or not trail.packets:
            messages.error(self.request, _("No link was made: there are no messages to show."))
        elif links_of(self.request.viewer, self.key).count() >= MOST_LINKS:
            messages.error(self.request, _("No link was made: this call has many already. End one first."))
        else:
            self.share(int(form.cleaned_data["days"]))
        return back

    def share(self, days: int) -> None:
        about = ("trace", self.key.call_id)
        self.request.writes.record_operation("shareTrace", about=about)
        token = make_link(self.request.viewer, self.key, days)
        url = settings.PORTAL_URL + reverse("accounts:tracing:shared-open", args=[token])
        keep_secret_once(self.request, f"trace of {self.key.call_id}", url)

    def end(self, number: int, back: HttpResponse) -> HttpResponse:
        if not end_link(self.request.viewer, self.key, number):
            raise Http404
        self.request.writes.record_operation("unshareTrace", about=("trace", self.key.call_id))
        messages.success(self.request, _("The link is no longer valid."))
        return back


class SharedTraceLink(PortalView):
    """Notes in the session which link was opened, and redirects, so that no token stays in the address bar."""

    template_name = "accounts/tracing/shared.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = open_link(token)
        if link is None:
            return self.show(404, link=None)
        request.session[OPENED] = link.pk
        return HttpResponseRedirect(reverse("accounts:tracing:shared"))


class SharedTrace(PortalView):
    """The trace that a carrier was given a link to: read only, without anything else of the portal."""

    template_name = "accounts/tracing/shared.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        link = valid_link(request.session.get(OPENED))
        if link is None:
            return self.show(404, link=None)
        trail = fetch_trail(servers.service_ngnpro(link.engine), key_of(link))
        if wanted := request.GET.get("as"):
            return trail_file(trail, link.call_id, wanted)
        return self.show(**trail_context(trail, request.GET.get("packet", "")), link=link, **self.about(link))

    def about(self, link: TraceLink) -> dict[str, Any]:
        here = reverse("accounts:tracing:shared")
        return {"key": key_of(link), "files": [f"{here}?as={name}" for name in FORMATS]}
