"""The conditions under which calls are diverted, with labels, and the data of the forwarding page."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.sip_addresses import user_and_host
from ngnpro_wire.facts.telephone_numbers import international_digits
from portal.accounts.addresses import is_mailbox
from portal.ngnpro.records import CallDiversions, SipAccount, SipId
from portal.ngnpro.records.base import Record

MOBILE_PROPERTY = "mobile_number"
PSTN = "free-pstn"
UNNUMBERED = "?"  # a mailbox whose number NGNPro does not return


@dataclass(frozen=True, slots=True)
class DiversionCondition:
    """A condition by its field of ``CallDiversions``; ``sub`` explains when it applies, ``example`` shows a use."""

    name: str
    label: str | Promise
    sub: str | Promise
    example: str | Promise


CONDITIONS = (
    DiversionCondition(
        "func",
        _("All calls"),
        _("No phone rings at all"),
        _("On holiday: a colleague takes every call. The three cases below then never happen."),
    ),
    DiversionCondition(
        "fnol",
        _("No phone is online"),
        _("Nothing is registered"),
        _("The office has no power: calls still reach the mobile."),
    ),
    DiversionCondition(
        "fbus",
        _("Busy"),
        _("Every phone is in a call"),
        _("A second call comes in during a call: it goes to the reception."),
    ),
    DiversionCondition(
        "fnoa",
        _("Not answered"),
        _("It rang, and no one answered"),
        _("Away from the desk: after some seconds the caller can leave a message."),
    ),
    DiversionCondition(
        "funv",
        _("Refused"),
        _("Do not disturb is on, or a weekly rule does not let the caller through"),
        _("Do not disturb for an hour: callers leave a message until then."),
    ),
)
NAMES = tuple(condition.name for condition in CONDITIONS)
# Conditions that never apply while all calls are forwarded.
COVERED = frozenset({"fnol", "fbus", "fnoa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDiversions(Record):
    """The data that the forwarding page changes: the diversions and the related fields of the account.

    ``timeout``: seconds until a call counts as not answered. ``mobile``: the mobile number, with ``+``.
    """

    diversions: CallDiversions
    timeout: int = 35
    mobile: str = ""

    def target(self, name: str) -> str:
        """Return the target of a condition; empty if calls are not diverted."""
        return getattr(self.diversions, name) or ""


@dataclass(frozen=True, slots=True)
class DiversionOptions:
    """The possible targets for an account's calls, and the addresses that point to the account.

    ``mailbox``: the mailbox number, or any other text if a mailbox exists but its number is unknown. ``own``: numbers
    and aliases to choose from, as pairs of address and label; ``more``: how many others there are. ``here``: addresses,
    and numbers as digits, that point to the account itself. ``known``: whether the targets were fetched from NGNPro.
    """

    account: SipAccount
    mailbox: str = ""
    own: tuple[tuple[str, str], ...] = ()
    more: int = 0
    here: frozenset[str] = field(default_factory=frozenset)
    known: bool = True

    @property
    def domain(self) -> str:
        return self.account.id.domain

    @property
    def may_call_numbers(self) -> bool:
        return PSTN in self.account.groups

    def is_mailbox(self, target: str) -> bool:
        """Return whether a target is the account's own mailbox, by keyword or by address on the voicemail server."""
        return is_mailbox(target, self.mailbox, self.domain)

    def is_here(self, target: str) -> bool:
        """Return whether a target points back to the account itself."""
        return bool(self.here & address_keys(target, self.domain))


def mobile_of(account: SipAccount) -> str:
    """Return the mobile number stored in an account's properties (contract: account properties)."""
    return account.get_property(MOBILE_PROPERTY).strip()


def mobile_target(number: str, sip_id: SipId) -> str:
    """Return the address of a mobile number: a number of the account's own domain (contract: diversion_values)."""
    return f"sip:{number}@{sip_id.domain}" if number else ""


def address_keys(target: str, domain: str) -> set[str]:
    """Return the comparison keys of an address: itself, and as digits if it is a number in the account's domain."""
    user, host = user_and_host(target)
    number = international_digits(user) if host == domain else ""
    return {f"{user}@{host}", *([number] if number else [])}
