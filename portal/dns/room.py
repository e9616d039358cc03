"""The declaration of the DNS rooms together: their URLs have the same beginning."""

from __future__ import annotations

from portal.core.rooms import Room

ROOM = Room("dns", help="guides/dns")
