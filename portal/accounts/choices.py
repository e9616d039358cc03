"""The groups of an account with their meaning (contract: groups), and the extras of a new account."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from ngnpro_wire.facts.blocks import NOTE
from portal.core.access import why_not_field
from portal.core.in_words import language_in_words, zone_in_words
from portal.core.rooms import RESELLERS, field_rules
from portal.core.sip_accounts import blocker_of_account, why_not_unblock
from portal.core.viewer import Viewer
from portal.ngnpro.records import EnumId, EnumRange, SipAccount, SipId


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its name on the wire. ``state`` is the style of its badge: empty, ``bad``, ``warn`` or ``accent``."""

    name: str
    label: str | Promise
    help: str | Promise
    state: str = ""


# Rights that only the portal reads.
OWN_ALIASES, DIRECTORY = "own-aliases", "directory"
GROUPS = {
    group.name: group
    for group in (
        Group("blocked", gettext_lazy("Blocked"), gettext_lazy("The account cannot make or receive calls."), "bad"),
        Group(
            "quota",
            gettext_lazy("Over quota"),
            gettext_lazy("The monthly limit is reached; calls that cost money are stopped."),
            "warn",
        ),
        Group("free-pstn", gettext_lazy("PSTN"), gettext_lazy("May call telephone numbers outside the platform.")),
        Group(
            "prepaid",
            gettext_lazy("Prepaid"),
            gettext_lazy("Calls are paid from the balance; follows the prepaid setting."),
            "accent",
        ),
        Group("voicemail", gettext_lazy("Voicemail"), gettext_lazy("Has a mailbox.")),
        Group(
            "trunking",
            gettext_lazy("Trunking"),
            gettext_lazy("Is a telephone system, not one person's phone."),
            "accent",
        ),
        Group("anonymous", gettext_lazy("Hides number"), gettext_lazy("Does not show its number to the PSTN.")),
        Group(
            "anonymous-reject",
            gettext_lazy("Rejects anonymous"),
            gettext_lazy("Rejects calls without a caller number."),
        ),
        Group("missed-calls", gettext_lazy("Missed-call mail"), gettext_lazy("Gets missed calls by e-mail.")),
        Group(
            "deny-password-change",
            gettext_lazy("No password change"),
            gettext_lazy("Its user may not change the SIP password."),
        ),
        Group(
            OWN_ALIASES,
            gettext_lazy("Own aliases"),
            gettext_lazy("Its user may add and remove aliases in the domain of the account."),
        ),
        Group(
            DIRECTORY,
            gettext_lazy("Directory"),
            gettext_lazy("Its user may search the names and addresses of the accounts of the same customer."),
        ),
        Group("rate-on-net", gettext_lazy("Rated on-net"), gettext_lazy("Calls within the platform cost money, too.")),
        Group("sms", gettext_lazy("SMS"), gettext_lazy("May send short messages.")),
        Group(
            "payments",
            gettext_lazy("Card payments"),
            gettext_lazy("May pay by credit card: the user's identity is known."),
        ),
        Group("multi-targets", gettext_lazy("Several targets"), gettext_lazy("Used by old versions; has no effect.")),
        Group("mobile", gettext_lazy("Mobile"), gettext_lazy("Used by old versions; has no effect.")),
        Group("intercept", gettext_lazy("Intercept"), gettext_lazy("Known to some NGNPro servers only.")),
    )
}

# Where a new account's username comes from: typed, the next number of the domain, or chosen by NGNPro.
TYPED, NEXT, SERVER = "", "next", "server"

# Groups that people can set; the others depend on another setting or have no effect.
SETTABLE = tuple(
    name for name in GROUPS if name not in {"prepaid", "quota", "voicemail", "multi-targets", "mobile", "intercept"}
)


def state_of(groups: tuple[str, ...]) -> tuple[str, str]:
    """Return an account's state according to its groups: the state of the lamp and a label."""
    if "blocked" in groups:
        return "bad", _("Blocked")
    if "quota" in groups:
        return "warn", _("Over quota")
    return "on", _("Active")


def who_blocked(account: SipAccount) -> str:
    """Return a text on who blocked an account; empty if it is not blocked, or if it does not say by whom."""
    match blocker_of_account(account) if account.get_property(NOTE) else "":
        case "operator":
            return _("by the operator")
        case "reseller":
            return _("by the reseller")
        case "customer":
            return _("by the customer")
        case "unknown":
            return _("by the reseller or the operator")
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What an account gets from the owner of its domain unless something else is chosen; 0 and empty if unknown."""

    domain: str
    owner: int = 0
    name: str = ""
    timezone: str = ""
    language: str = ""
    reseller: int = 0

    @property
    def in_words(self) -> str:
        """Return a sentence about what is inherited, and from whom."""
        if not self.owner:
            return _("The domain has no owner: choose the owner and the time zone under More.")
        parts = (zone_in_words(self.timezone), self.language and language_in_words(self.language))
        words = {"name": self.name or _("the owner of the domain"), "what": ", ".join(filter(None, parts))}
        if not words["what"]:
            return _("The account belongs to %(name)s, unless you choose another owner under More.") % words
        return _("The account belongs to %(name)s (%(what)s), unless you choose something else under More.") % words


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedExtras:
    """The extras of a new account.

    ``pin``: the PIN of its mailbox, empty for no mailbox. ``number_range``: the range of its number, from which the
    next free number is assigned if no ``number`` is wanted. ``caller_id``: whether the number becomes its caller-ID.
    """

    pin: str = ""
    aliases: tuple[SipId, ...] = ()
    number: EnumId | None = None
    number_range: EnumRange | None = None
    caller_id: bool = False


# Groups that depend on another setting, with a hint on what to change instead.
FOLLOWS = {
    "prepaid": gettext_lazy("Follows from “Prepaid” on the page for editing."),
    "voicemail": gettext_lazy("Set automatically while the account has a mailbox."),
}
# NGNPro adds accounts to these groups; people can only remove them.
TAKEN_ONLY = frozenset({"quota"})


@dataclass(frozen=True, slots=True)
class GroupRight:
    """A group for display: whether the account is in it, who may change it, and why this viewer may not."""

    name: str
    label: str | Promise
    help: str | Promise
    held: bool
    who: str
    reason: str = ""


def rights_of(account: SipAccount, viewer: Viewer) -> list[GroupRight]:
    """Return all known groups, and the unknown groups that the account is in."""
    others = [Group(name, name, _("Known to this platform only.")) for name in account.groups if name not in GROUPS]
    return [_right(group, account, viewer) for group in (*GROUPS.values(), *others)]


def _right(group: Group, account: SipAccount, viewer: Viewer) -> GroupRight:
    held = group.name in account.groups
    return GroupRight(
        group.name, group.label, group.help, held, who_may(group.name), why_not(group.name, account, viewer)
    )


def who_may(name: str) -> str:
    """Return a text on who may change a group; empty if it depends on another setting."""
    if name in FOLLOWS:
        return ""
    rule = field_rules().get(f"accounts.groups.{name}")
    who = _("Operator, reseller") if rule and rule.roles == RESELLERS else _("Operator, reseller, customer")
    if rule and rule.right:
        return _("%(who)s with the right %(right)s") % {"who": who, "right": rule.right}
    return who


def why_not(name: str, account: SipAccount, viewer: Viewer) -> str:
    """Return why this viewer may not change a group of this account; empty if they may."""
    held = name in account.groups
    if name in FOLLOWS:
        return str(FOLLOWS[name])
    if name in TAKEN_ONLY and not held:
        return _("NGNPro sets it when the monthly quota is used up.")
    if name == BLOCKED and (reason := why_not_unblock(viewer, account)):
        return reason
    if name not in SETTABLE and name in GROUPS and name not in TAKEN_ONLY and not held:
        return _("It has no effect on most platforms; enable it by name below if yours knows it.")
    return why_not_field(viewer, f"accounts.groups.{name}")
