"""The declaration of the rooms about the people who use the portal. Each states the path that its URLs begin with."""

from __future__ import annotations

from portal.core.rooms import Room

ROOM = Room("people", help="guides/signing-in", path="")
