"""The declaration of the ENUM rooms together: their URLs have the same beginning."""

from __future__ import annotations

from portal.core.rooms import Room

ROOM = Room("enum", help="guides/numbers")
