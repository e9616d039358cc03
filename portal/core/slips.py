"""What every form carries beside its fields: an id that is good once, for whom it was opened, and on which server."""

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
    """A form's slip, sealed on its way. ``scope`` tells viewers apart, ``whom`` says the same in words."""

    id: str
    scope: str
    whom: str


def new_slip(viewer: Viewer) -> str:
    """Seal a slip for a form that is about to be shown."""
    return sealing.seal(json.dumps([secrets.token_urlsafe(16), scope_of(viewer), whom(viewer)]))


def read_slip(sealed: str) -> Slip | None:
    """Read a slip; ``None`` for one that this portal did not seal."""
    text = sealing.unseal(sealed) if sealed.isascii() else ""
    return Slip(*json.loads(text)) if text else None


def scope_of(viewer: Viewer) -> str:
    """Name who is signed in, for whom they act, and on which NGNPro server."""
    return f"{viewer.login} {viewer.scope}"


def whom(viewer: Viewer) -> str:
    """Say for whom a viewer works, and on which NGNPro server."""
    name = viewer.acting.name if viewer.acting else viewer.name or viewer.login
    return f"{name} ({viewer.engine})" if viewer.engine else name
