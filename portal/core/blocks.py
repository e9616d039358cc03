"""Blocked accounts: the property ``blocked_by`` records who blocked one, and no one with fewer rights can unblock it.

NGNPro's server may enforce this itself; the portal does not rely on it (contract: group ``blocked``, property
``blocked_by``, which is ``customer`` or ``reseller``, where ``reseller`` includes operators). A block without that
property counts as the reseller's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.ngnpro.records import SipAccount, SipAccountProperty

if TYPE_CHECKING:
    from portal.core.viewer import Viewer

BLOCKED, BLOCKED_BY = "blocked", "blocked_by"
CUSTOMER, RESELLER = "customer", "reseller"
# Whose blocks a viewer may lift, by role; a role that is not listed may lift all.
MAY_LIFT = {"subscriber": frozenset[str](), "customer": frozenset({CUSTOMER})}


def note_of(viewer: Viewer) -> str:
    """Return the value of ``blocked_by`` for an account that this viewer blocks."""
    return CUSTOMER if viewer.effective_role in MAY_LIFT else RESELLER


def noted(account: SipAccount, by: str) -> SipAccount:
    """Return the account with ``blocked_by`` set to ``by``, or without that property if ``by`` is empty."""
    kept = tuple(entry for entry in account.properties if entry.name != BLOCKED_BY)
    note = (SipAccountProperty(name=BLOCKED_BY, value=by),) if by else ()
    return replace(account, properties=(*kept, *note))


def why_not_lift(viewer: Viewer, account: SipAccount) -> str:
    """Return why this viewer may not unblock an account; empty if they may, or if it is not blocked."""
    by = account.get_property(BLOCKED_BY) or RESELLER
    if BLOCKED not in account.groups or by in MAY_LIFT.get(viewer.effective_role, {by}):
        return ""
    if by == CUSTOMER:
        return _("This account is blocked by the customer. Only the customer or the reseller can unblock or delete it.")
    return _("This account is blocked by the reseller. Only the reseller can unblock or delete it.")


def why_not(viewer: Viewer, before: object, after: object) -> str:
    """Return why this viewer may not make a change that would lift a block; empty if they may."""
    if before is after or not isinstance(before, SipAccount):
        return ""
    stays = (
        isinstance(after, SipAccount)
        and BLOCKED in after.groups
        and after.get_property(BLOCKED_BY) == before.get_property(BLOCKED_BY)
    )
    return "" if stays else why_not_lift(viewer, before)
