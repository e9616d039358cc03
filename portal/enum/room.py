"""The declaration of the ENUM rooms together: they share the beginning of their addresses."""

from __future__ import annotations

from portal.core.rooms import Room

ROOM = Room("enum")
