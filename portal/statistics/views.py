"""The pages of statistics."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.core.views import PortalView

from .choices import PERIODS, period_called
from .services import (
    fetch_network,
    fetch_provisioning,
    fetch_usage,
    provisioning_charts,
    shares_of,
    usage_charts,
)


class UsagePage(PortalView):
    """How much the domains that the viewer may see are used: all, or the one in the URL (``domain``)."""

    template_name = "statistics/usage.html"
    title = gettext_lazy("Use of the domains")

    def get(self, request: HttpRequest) -> HttpResponse:
        now, period = datetime.now(UTC), period_called(request.GET.get("period", ""))
        domain = request.GET.get("domain", "").strip()[:253]
        usage = fetch_usage(self.ngnpro, domain, period)
        charts = usage_charts(usage, period, now) if usage else None
        return self.show(usage=usage, charts=charts, period=period, periods=PERIODS, domain=domain)


class ProvisioningPage(PortalView):
    """How NGNPro's interface is used: calls per minute, faults, time, by operation and address."""

    template_name = "statistics/provisioning.html"
    title = gettext_lazy("NGNPro's interface")

    def get(self, request: HttpRequest) -> HttpResponse:
        now, period = datetime.now(UTC), period_called(request.GET.get("period", ""))
        found = fetch_provisioning(self.ngnpro, period)
        charts = provisioning_charts(found, period, now) if found else None
        shares = shares_of(found) if found else []
        return self.show(found=found, charts=charts, shares=shares, period=period, periods=PERIODS)


class NetworkPage(PortalView):
    """The machines of the platform with their roles, and accounts and phones by domain."""

    template_name = "statistics/network.html"
    title = gettext_lazy("Network")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(network=fetch_network(self.ngnpro))
