"""The declaration of the statistics room: its pages, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, STAFF, Menu, Page, Room

ROOM = Room(
    "statistics",
    help="guides/statistics",
    pages=(
        Page("usage", "", "UsagePage", STAFF, asks="Watch.getUsage"),
        Page("provisioning", "provisioning/", "ProvisioningPage", OPERATORS, asks="Watch.getProvisioning"),
        Page("network", "network/", "NetworkPage", OPERATORS, asks="Network.getStatus"),
    ),
    menu=(Menu("usage", _("Statistics"), "chart"),),
)
