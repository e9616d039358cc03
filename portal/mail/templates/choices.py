"""Whose templates a person writes: the platform's, or those of one reseller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.viewer import Role, Viewer
from portal.mail.kinds import Kind
from portal.mail.text.brand import engine_name


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose templates, brand and choices: a reseller's on an NGNPro server, or with 0 the platform's.

    ``may_see_passwords``: whether whoever writes them has the right to; a template for a mail with passwords decides
    where they end up, in a link for example.
    """

    engine: str = ""
    reseller: int = 0
    may_see_passwords: bool = True

    @property
    def key(self) -> dict[str, Any]:
        """Give what finds their rows."""
        return {"engine": self.engine, "reseller": self.reseller}

    def may_write(self, kind: Kind) -> bool:
        """Tell whether they may write templates of a kind at all."""
        return not (self.reseller and kind.is_to_operators) and (self.may_see_passwords or not kind.secrets)


def whose(viewer: Viewer) -> Whose:
    """Tell whose a viewer writes: a reseller their own, an operator the platform's, or that of whom they act for."""
    if viewer.effective_role is Role.RESELLER:
        return Whose(engine_name(viewer.engine), viewer.own_customer, viewer.may_see_passwords)
    return Whose(may_see_passwords=viewer.may_see_passwords)
