"""Slips, which every form carries in a hidden field: a one-time id, for whom it was opened, and on which server."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core import sealing

if TYPE_CHECKING:
    from portal.core.viewer import Viewer

FIELD = "slip"


@dataclass(frozen=True, slots=True)
class Slip:
    """A form's slip, which is sealed in the form. ``scope`` identifies the viewer, ``whom`` is the text to show."""

    id: str
    scope: str
    whom: str


def new_slip(viewer: Viewer) -> str:
    """Return a new sealed slip for a form that is about to be shown."""
    return sealing.seal(json.dumps([secrets.token_urlsafe(16), scope_of(viewer), whom(viewer)]))


def read_slip(sealed: str) -> Slip | None:
    """Return the slip of a sealed text; ``None`` if this portal did not seal it."""
    text = sealing.unseal(sealed) if sealed.isascii() else ""
    return Slip(*json.loads(text)) if text else None


def scope_of(viewer: Viewer) -> str:
    """Return a text that identifies who is signed in, for whom they act, and on which NGNPro server."""
    return f"{viewer.login} {viewer.scope}"


def whom(viewer: Viewer) -> str:
    """Return the name of the customer that a viewer acts for, else their own, and of the NGNPro server, to show."""
    name = viewer.acting.name if viewer.acting else viewer.name or viewer.login
    return f"{name} ({viewer.engine})" if viewer.engine else name
