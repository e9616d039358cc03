"""What one may do about a group of an account, and who may."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.choices import GROUPS, SETTABLE, Group
from portal.core.access import why_not_field
from portal.core.blocks import BLOCKED, why_not_lift
from portal.core.registry import field_rules
from portal.core.rooms import RESELLERS
from portal.core.viewer import Viewer
from portal.ngnpro.records import SipAccount

# Groups that follow from something else, and what to do instead of giving or taking them.
FOLLOWS = {
    "prepaid": gettext_lazy("Follows from “Prepaid” on the page for editing."),
    "voicemail": gettext_lazy("Follows from the mailbox: there as long as there is one."),
}
# NGNPro puts accounts into it; people only take them out.
TAKEN_ONLY = frozenset({"quota"})


@dataclass(frozen=True, slots=True)
class Right:
    """A group as one account's page shows it: whether it has it, who may change it, and why this viewer may not."""

    name: str
    label: str | Promise
    help: str | Promise
    held: bool
    who: str
    reason: str = ""


def rights_of(account: SipAccount, viewer: Viewer) -> list[Right]:
    """List the known groups and those of the account that are not known."""
    others = [Group(name, name, _("Known to this platform only.")) for name in account.groups if name not in GROUPS]
    return [_right(group, account, viewer) for group in (*GROUPS.values(), *others)]


def _right(group: Group, account: SipAccount, viewer: Viewer) -> Right:
    held = group.name in account.groups
    return Right(group.name, group.label, group.help, held, who_may(group.name), why_not(group.name, account, viewer))


def who_may(name: str) -> str:
    """Say which people may give and take a group."""
    if name in FOLLOWS:
        return ""
    rule = field_rules().get(f"accounts.groups.{name}")
    who = _("Operator, reseller") if rule and rule.roles == RESELLERS else _("Operator, reseller, customer")
    if rule and rule.right:
        return _("%(who)s with the right %(right)s") % {"who": who, "right": rule.right}
    return who


def why_not(name: str, account: SipAccount, viewer: Viewer) -> str:
    """Say why this viewer may not change a group of this account; empty if they may."""
    held = name in account.groups
    if name in FOLLOWS:
        return str(FOLLOWS[name])
    if name in TAKEN_ONLY and not held:
        return _("NGNPro sets it when the monthly quota is used up.")
    if name == BLOCKED and (reason := why_not_lift(viewer, account)):
        return reason
    if name not in SETTABLE and name in GROUPS and name not in TAKEN_ONLY and not held:
        return _("It has no effect on most platforms; give it by name below if yours knows it.")
    return why_not_field(viewer, f"accounts.groups.{name}")
