"""The step after an account was added: it is noted."""

from __future__ import annotations

from typing import Any

from portal.core.writes import Write
from portal.ngnpro.records import SipAccount

from .models import Newcomer


def note_newcomer(sender: object, write: Write, **_: Any) -> None:
    """Store a row for an account that NGNPro has added; what fails here is logged and undoes nothing."""
    if write.finished and write.is_stored and write.before is None and isinstance(write.after, SipAccount):
        viewer = write.author.viewer
        Newcomer.objects.create(engine=viewer.engine, address=str(write.after.id), added_by=viewer.name)
