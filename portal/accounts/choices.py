"""The groups that an account can be in and what each means (contract: groups), and what comes with a new account."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.ngnpro.records import EnumId, EnumRange, SipAccount, SipId


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its name on the wire. ``state`` is how a badge shows it: plain, ``bad``, ``warn`` or ``accent``."""

    name: str
    label: str | Promise
    help: str | Promise
    state: str = ""


GROUPS = {
    group.name: group
    for group in (
        Group("blocked", _("Blocked"), _("The account cannot make or receive calls."), "bad"),
        Group("quota", _("Over quota"), _("The monthly limit is reached; calls that cost money are stopped."), "warn"),
        Group("free-pstn", _("PSTN"), _("May call telephone numbers outside the platform.")),
        Group("prepaid", _("Prepaid"), _("Calls are paid from the balance; follows the prepaid setting."), "accent"),
        Group("voicemail", _("Voicemail"), _("Has a mailbox.")),
        Group("trunking", _("Trunking"), _("Is a telephone system, not one person's phone."), "accent"),
        Group("anonymous", _("Hides number"), _("Does not show its number to the PSTN.")),
        Group("anonymous-reject", _("Rejects anonymous"), _("Does not take calls without a number.")),
        Group("missed-calls", _("Missed-call mail"), _("Gets missed calls by e-mail.")),
        Group("deny-password-change", _("No password change"), _("Its user may not change the SIP password.")),
        Group("rate-on-net", _("Rated on-net"), _("Calls within the platform cost money, too.")),
        Group("sms", _("SMS"), _("May send short messages.")),
        Group("payments", _("Card payments"), _("May pay by credit card: the user's identity is known.")),
        Group("multi-targets", _("Several targets"), _("Of old versions; has no effect.")),
        Group("mobile", _("Mobile"), _("Of old versions; has no effect.")),
        Group("intercept", _("Intercept"), _("Known to some NGNPro servers only.")),
    )
}

# How a new account gets its username: typed, the next number of the domain, or chosen by NGNPro.
TYPED, NEXT, SERVER = "", "next", "server"

# What people set; the others follow from something else or have no effect.
SETTABLE = tuple(
    name for name in GROUPS if name not in {"prepaid", "quota", "voicemail", "multi-targets", "mobile", "intercept"}
)


def blocker(account: SipAccount) -> str:
    """Say by whom an account is blocked, where that is noted."""
    return {"reseller": _now("by the reseller"), "customer": _now("by the customer")}.get(
        account.get_property("blocked_by"), ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What comes with a new account; ``number`` is a certain one, ``number_range`` where the next free one is taken."""

    mailbox: bool = False
    aliases: tuple[SipId, ...] = ()
    number: EnumId | None = None
    number_range: EnumRange | None = None
