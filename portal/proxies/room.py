"""The declaration of the proxies room. It has no line in the menu: pages of records that proxies hold link to it."""

from __future__ import annotations

from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, Page, Room

ROOM = Room(
    "proxies",
    help="platform#when-a-change-takes-effect",
    pages=(
        Page("list", "", "ProxyList", RESELLERS, asks="Platform.getProxyLoads"),
        Page("load", "load/", "LoadNow", OPERATORS, asks="Platform.loadProxies", writes=ALWAYS),
    ),
)
