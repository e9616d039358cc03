"""The key of a trace, and limits of traces and of links to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.ngnpro.records import Call

# How long a link for a carrier may be valid: the days, and their label.
LIFETIMES = {"1": _("1 day"), "3": _("3 days"), "7": _("7 days"), "14": _("14 days")}
USUAL_LIFETIME = "3"
KEPT_FOR = timedelta(days=30)  # rows of links that have ended
MOST_LINKS = 20  # of one call at the same time
MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class TraceKey:
    """The key of a call's trace (contract: SipTraceFilter); ``node_ip`` is the proxy that handled the call."""

    call_id: str
    node_ip: str = ""
    from_tag: str = ""
    to_tag: str = ""

    @classmethod
    def of(cls, call: Call) -> TraceKey:
        return cls(call.session_id, call.proxy_ip, call.from_tag, call.to_tag)

    def url(self, page: str = "accounts:tracing:trace", **more: str) -> str:
        """Return the URL of a page about this trace."""
        parts = {"call_id": self.call_id, "node_ip": self.node_ip, "from_tag": self.from_tag, "to_tag": self.to_tag}
        return f"{reverse(page)}?{urlencode({name: value for name, value in (parts | more).items() if value})}"

    @property
    def packet_url(self) -> str:
        """Return the URL of the trace, to which the number of the message to open is added."""
        return f"{self.url()}&"
