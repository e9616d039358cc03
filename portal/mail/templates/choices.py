"""The owner of the templates that a viewer edits: the platform or a reseller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.viewer import Role, Viewer
from portal.mail.registry import MailKind
from portal.mail.text.brand import engine_name


@dataclass(frozen=True, slots=True)
class MailOwner:
    """The owner of templates, brand and choices: a reseller on an NGNPro server, or with 0 the platform.

    ``may_see_passwords``: whether the viewer has this right. A template for a mail with passwords could disclose them,
    for example in a link.
    """

    engine: str = ""
    reseller: int = 0
    may_see_passwords: bool = True

    @property
    def key(self) -> dict[str, Any]:
        """Return the filter that selects the owner's rows."""
        return {"engine": self.engine, "reseller": self.reseller}

    def may_write(self, kind: MailKind) -> bool:
        """Return whether the viewer may edit the templates of a kind for this owner."""
        return not (self.reseller and kind.is_to_operators) and (self.may_see_passwords or not kind.secrets)


def mail_owner_for(viewer: Viewer) -> MailOwner:
    """Return the owner whose templates a viewer edits: the reseller they are or act for, else the platform."""
    if viewer.effective_role is Role.RESELLER:
        return MailOwner(engine_name(viewer.engine), viewer.own_customer, viewer.may_see_passwords)
    return MailOwner(may_see_passwords=viewer.may_see_passwords)
