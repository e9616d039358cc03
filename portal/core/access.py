"""Who may open which page and fill in which field, decided from the declarations of the rooms.

A page that no room declares is closed to everyone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import servers
from portal.core.field_rights import why_not
from portal.core.rooms import EVERYBODY, Needs, WriteMode, field_rules, pages
from portal.core.viewer import Role, Viewer
from portal.ngnpro.client import GATES

# The only page that a browser which is a wall display may open, besides those that need no sign-in.
WALL_PAGE = "overview:wall"
_MEETS: Mapping[Needs, Callable[[Viewer], bool]] = {
    Needs.FULL_RIGHTS: lambda viewer: viewer.is_full,
    Needs.CALL_DATA: lambda viewer: viewer.may_see_calls,
    Needs.PASSWORDS: lambda viewer: viewer.may_see_passwords,
    Needs.NO_LIMITS: lambda viewer: not viewer.limits,
    Needs.ACTIVE_RESELLER: lambda viewer: viewer.role is not Role.RESELLER or viewer.reseller_active,
}


def may_open(viewer: Viewer, page: str) -> bool:
    """Return whether this viewer may open the page with this URL name, e.g. ``"domains:edit"``."""
    declared = pages().get(page)
    if declared is None or (declared.needs and not _MEETS[declared.needs](viewer)):
        return False
    if viewer.on_wall and page != WALL_PAGE and declared.roles != EVERYBODY:
        return False
    role = viewer.role if declared.own else viewer.effective_role
    return role in declared.roles and is_offered(viewer, page)


def is_offered(viewer: Viewer, page: str) -> bool:
    """Return whether the viewer's NGNPro server has the operations that a page needs, and they are open to them."""
    declared = pages().get(page)
    if declared is None or not declared.asks or viewer.is_nobody:
        return True
    return all(offers(viewer, operation) for operation in declared.asks.split())


def offers(viewer: Viewer, operation: str) -> bool:
    """Return whether an operation (``Sip.getRoutes``) is open to a viewer.

    Their NGNPro server must have it and not refuse it to them, and it must be within their limits.
    """
    port, _dot, name = operation.partition(".")
    if operation in viewer.refused or not viewer.limits.offers(port, name):
        return False
    return GATES.to(servers.engine(viewer.engine)).offers(port, name)


def may_see_account(viewer: Viewer, address: str) -> bool:
    """Return whether the viewer may see a SIP account: a subscriber only their own; for others, NGNPro decides."""
    return viewer.role is not Role.SUBSCRIBER or viewer.account == address


def is_open_to_all(page: str) -> bool:
    """Return whether the page needs no sign-in."""
    declared = pages().get(page)
    return declared is not None and declared.roles == EVERYBODY


def why_only_looking(viewer: Viewer, page: str, method: str = "POST") -> str | Promise:
    """Return why a viewer who may see a page's records may not change them with this method; empty if they may."""
    declared = pages().get(page)
    mode = declared.writes if declared else WriteMode.NEVER
    shows = mode is WriteMode.BY_POST and method in ("GET", "HEAD")
    if viewer.may_change or mode is WriteMode.NEVER or shows:
        return ""
    if viewer.acting:
        return _("You are acting for someone with read-only access. Choose “Allow changes” in the bar at the top.")
    return _("You have read-only access. An operator with full rights can change that.")


def why_not_field(viewer: Viewer, field: str) -> str:
    """Return which right a viewer lacks to fill in a field, and who can grant it; empty when they may fill it in.

    ``field`` is ``<room>.<field>``, or ``<room>.<field>.<choice>``. Fields without a rule are open to everyone who
    may open the form.
    """
    rule = field_rules().get(field)
    return why_not(viewer, rule.roles_now(), rule.right) if rule else ""
