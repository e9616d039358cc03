"""Whose templates a person writes: the platform's, or those of one reseller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.auth import Role, Viewer
from portal.mail.brands import engine_name
from portal.mail.kinds import Kind


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose templates, brand and choices: a reseller's on an NGNPro server, or with 0 the platform's."""

    engine: str = ""
    reseller: int = 0

    @property
    def key(self) -> dict[str, Any]:
        """Give what finds his rows."""
        return {"engine": self.engine, "reseller": self.reseller}

    def may_write(self, kind: Kind) -> bool:
        """Tell whether mails of a kind are his at all."""
        return not (self.reseller and kind.is_to_operators)


def whose(viewer: Viewer) -> Whose:
    """Tell whose a viewer writes: a reseller his own, an operator the platform's, or that of whom he acts for."""
    if viewer.effective_role is Role.RESELLER:
        return Whose(engine_name(viewer.engine), viewer.own_customer)
    return Whose()
