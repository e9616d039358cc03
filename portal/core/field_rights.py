"""Why a viewer may not change something: the role or the right that they lack, and who can change that."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.member_rights import INHERITED_RIGHTS, MemberRight
from portal.core.viewer import Role, Viewer

# The roles of each level of NGNPro and of those above it.
LEVELS = {
    "customer": frozenset({Role.OPERATOR, Role.RESELLER, Role.CUSTOMER}),
    "reseller": frozenset({Role.OPERATOR, Role.RESELLER}),
    "admin": frozenset({Role.OPERATOR}),
}
_RIGHTS = {
    "pstn_changes": _("You lack the right to change what may be called outside the platform (%(right)s)."),
    "prepaid_changes": _("You lack the right to change between prepaid and postpaid (%(right)s)."),
    "sms_access": _("You lack the right to allow short messages (%(right)s)."),
}
_GRANTERS = {
    Role.CUSTOMER: _("Your reseller can grant it."),
    Role.RESELLER: _("The platform's operator can grant it."),
}


def why_not_member(viewer: Viewer, rule: MemberRight) -> str:
    """Return why this viewer may not change a member of NGNPro's records with this rule; empty if they may."""
    return why_not(viewer, LEVELS[rule.lowest(settings.MEMBER_SETTINGS)], rule.right)


def why_not(viewer: Viewer, roles: Collection[Role], right: str = "") -> str:
    """Return why this viewer lacks one of the roles, or the right that roles below operator need; empty if they do not.

    An operator who acts for a customer, or is limited to a reseller, needs no right of theirs.
    """
    role = viewer.effective_role
    if role is Role.OPERATOR:
        return ""
    if role not in roles:
        return str(
            _("Only your reseller can change this.")
            if role is Role.CUSTOMER
            else _("Only the platform's operator can change this.")
        )
    if not right or right in _rights_of(viewer):
        return ""
    return f"{_RIGHTS[right] % {'right': right}} {_GRANTERS[role]}"


def _rights_of(viewer: Viewer) -> frozenset[str]:
    """Return the rights of a viewer; of a reseller who acts for a customer, those that both have where both count."""
    if viewer.role is Role.OPERATOR:
        return frozenset(_RIGHTS)
    if viewer.acting is None:
        return viewer.rights
    return frozenset(viewer.acting.rights) & (viewer.rights | frozenset(_RIGHTS) - INHERITED_RIGHTS)
