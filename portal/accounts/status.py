"""The current status of an account: phones, forwarding, do not disturb, mailbox, balance, and a verdict.

Staff pages, the user's home page and the page of a number show the same verdict with different texts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.addresses import MAILBOX_NAMES, target_in_words
from portal.accounts.choices import who_blocked
from portal.core.at_once import Together
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.records import (
    AliasFilter,
    Call,
    CallDiversions,
    CallQuery,
    CallsQuery,
    EnumNumber,
    EnumNumberFilter,
    SipAccount,
    SipAlias,
    SipDeviceLocation,
    TemporaryAcceptRule,
    VoicemailAccount,
)
from portal.ngnpro.records.handling import NOBODY

T = TypeVar("T")
POINTING = 10
LATEST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Unknown:
    """Placeholder for data that NGNPro refused or failed to return; ``reason`` is the explanation."""

    reason: str


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """The status of an account besides its record; each part may be ``Unknown`` independently.

    ``mailbox`` is ``None`` if the account has no mailbox, ``balance`` is ``None`` if it is not prepaid.
    """

    devices: tuple[SipDeviceLocation, ...] | Unknown
    diversions: CallDiversions | Unknown
    rule: TemporaryAcceptRule | Unknown
    mailbox: VoicemailAccount | Unknown | None
    balance: float | Unknown | None

    @property
    def is_quiet(self) -> bool:
        """Return whether do not disturb is on."""
        return isinstance(self.rule, TemporaryAcceptRule) and NOBODY in self.rule.groups

    @property
    def quiet_minutes(self) -> int:
        """Return the minutes until do not disturb ends; 0 if it has no end (contract)."""
        return self.rule.duration if isinstance(self.rule, TemporaryAcceptRule) else 0

    def target(self, case: str, domain: str) -> str:
        """Return the label of the target in a case such as ``"func"``; empty if not diverted or unknown."""
        value = "" if isinstance(self.diversions, Unknown) else getattr(self.diversions, case)
        return target_words(value, domain) if value else ""


def begin_standing(together: Together, account: SipAccount) -> Callable[[], AccountStatus]:
    """Begin to fetch the standing of an account with four calls, or five if it is prepaid."""
    begin, one = partial(begin_fetch_or_unknown, together), account.id
    devices = begin(lambda ngnpro: ngnpro.sip.get_sip_device_locations([one])[0].locations)
    diversions = begin(lambda ngnpro: ngnpro.sip.get_call_diversions(one))
    rule = begin(lambda ngnpro: ngnpro.sip.get_accept_rules(one).rules.temporary)
    mailbox = begin(lambda ngnpro: or_none(lambda: ngnpro.voicemail.get_account(one)))
    balance = begin(lambda ngnpro: ngnpro.sip.get_prepaid_status([one])[0].balance) if account.prepaid else lambda: None
    return lambda: AccountStatus(devices(), diversions(), rule(), mailbox(), balance())


def begin_spending(together: Together, account: SipAccount) -> Callable[[], float | Unknown]:
    """Begin to fetch what the calls of this month cost so far, which a quota limits."""
    return begin_fetch_or_unknown(together, lambda ngnpro: ngnpro.sip.get_call_statistics(account.id).placed.price)


@dataclass(frozen=True, slots=True)
class PointingAddresses:
    """One page each of the aliases and numbers that point to an account."""

    aliases: RecordPage[SipAlias] | Unknown
    numbers: RecordPage[EnumNumber] | Unknown


def begin_pointing(
    together: Together, account: SipAccount, *, numbers_from: int = 0, aliases_from: int = 0
) -> Callable[[], PointingAddresses]:
    """Begin to fetch ten aliases and ten numbers that point to an account, from the given offsets on."""
    one = account.id
    target = AliasFilter(target_username=one.username, target_domain=one.domain)
    aliases = Query(filter=target, order_by=OrderBy("aliasUsername"), range=Range(aliases_from, POINTING))
    mapto = EnumNumberFilter(mapto=str(one))
    numbers = Query(filter=mapto, order_by=OrderBy("number"), range=Range(numbers_from, POINTING))
    found_aliases = begin_fetch_or_unknown(together, lambda ngnpro: ngnpro.sip.get_aliases(aliases))
    found_numbers = begin_fetch_or_unknown(together, lambda ngnpro: ngnpro.enum.get_numbers(numbers))
    return lambda: PointingAddresses(found_aliases(), found_numbers())


def latest_calls(ngnpro: Ngnpro, account: SipAccount, most: int = LATEST_CALLS) -> tuple[tuple[str, Call], ...]:
    """Return the newest calls of both directions as pairs of ``out`` or ``in`` and the call."""
    few = CallQuery(limit=most)
    calls = ngnpro.sip.get_calls(account.id, CallsQuery(placed=few, received=few))
    both = [*(("out", call) for call in calls.placed), *(("in", call) for call in calls.received)]
    return tuple(sorted(both, key=lambda pair: pair[1].start_time, reverse=True)[:most])


def fetch_or_unknown(fetch: Callable[[], T]) -> T | Unknown:
    """Return what ``fetch`` returns, or ``Unknown`` with the reason if NGNPro refuses or fails.

    Raises ``BadLogin`` and ``Locked``, which concern the whole page.
    """
    try:
        return fetch()
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.NgnproError as error:
        return Unknown(str(error))
    except IndexError:
        return Unknown(_("NGNPro returned nothing about this account."))


def begin_fetch_or_unknown(together: Together, fetch: Callable[[Ngnpro], T]) -> Callable[[], T | Unknown]:
    """Begin to fetch something together with others; return a function that waits like ``fetch_or_unknown``."""
    return together.begin(lambda ngnpro: fetch_or_unknown(lambda: fetch(ngnpro)))


def or_none(fetch: Callable[[], T]) -> T | None:
    """Return what ``fetch`` returns, or ``None`` if NGNPro has no such record."""
    try:
        return fetch()
    except errors.Missing:
        return None


CONDITIONS = (
    ("func", gettext_lazy("All calls")),
    ("fnol", gettext_lazy("No phone online")),
    ("fbus", gettext_lazy("Busy")),
    ("fnoa", gettext_lazy("Not answered")),
    ("funv", gettext_lazy("Unavailable or rejected")),
)


def diversions_in_words(standing: AccountStatus, account: SipAccount) -> list[tuple[str, str]]:
    """Return the diversions as pairs of labels: condition and target."""
    found = []
    for name, label in CONDITIONS:
        if target := standing.target(name, account.id.domain):
            after = _(" after %(seconds)s s") % {"seconds": account.timeout} if name == "fnoa" else ""
            found.append((f"{label}{after}", target))
    return found


def target_words(value: str, domain: str) -> str:
    """Return the label of the target of a diversion."""
    return _("voicemail") if value in MAILBOX_NAMES else target_in_words(value, domain)


class AccountReach(Enum):
    """The possible destinations of calls to an account."""

    BLOCKED = "the account is blocked"
    QUIET = "do not disturb is on"
    FORWARDED = "all calls are forwarded"
    UNKNOWN = "whether a phone is online is not known"
    ONLINE = "a phone is online"
    OFFLINE_FORWARDED = "no phone is online, and calls are forwarded"
    UNREACHABLE = "no phone is online"


STATES = {
    AccountReach.BLOCKED: "bad",
    AccountReach.QUIET: "warn",
    AccountReach.FORWARDED: "on",
    AccountReach.UNKNOWN: "",
    AccountReach.ONLINE: "on",
    AccountReach.OFFLINE_FORWARDED: "warn",
    AccountReach.UNREACHABLE: "",
}


@dataclass(frozen=True, slots=True)
class AccountVerdict:
    """Whether and how calls reach an account: the state of the lamp, and the values for the texts.

    ``target``: the label of where calls go, always or if not answered. ``minutes``: until do not disturb ends, 0 if it
    has no end. ``limit``: a sentence about a used-up quota or balance, or empty.
    """

    state: str
    reach: AccountReach
    target: str = ""
    phones: int = 0
    minutes: int = 0
    limit: str = ""


def verdict_of(account: SipAccount, standing: AccountStatus) -> AccountVerdict:
    """Return whether and how calls reach an account at present."""
    domain = account.id.domain
    limit = "" if "blocked" in account.groups else limit_of(account, standing)
    reach, target, phones = _reach(account, standing), "", 0
    if reach is AccountReach.FORWARDED:
        target = standing.target("func", domain)
    elif reach is AccountReach.OFFLINE_FORWARDED:
        target = standing.target("fnol", domain)
    elif reach is AccountReach.ONLINE and not isinstance(standing.devices, Unknown):
        target, phones = standing.target("fnoa", domain), len(standing.devices)
    minutes = standing.quiet_minutes if reach is AccountReach.QUIET else 0
    return AccountVerdict("warn" if limit else STATES[reach], reach, target, phones, minutes, limit)


def _reach(account: SipAccount, standing: AccountStatus) -> AccountReach:
    domain = account.id.domain
    if "blocked" in account.groups:
        return AccountReach.BLOCKED
    if standing.is_quiet:
        return AccountReach.QUIET
    if standing.target("func", domain):
        return AccountReach.FORWARDED
    if isinstance(standing.devices, Unknown):
        return AccountReach.UNKNOWN
    if standing.devices:
        return AccountReach.ONLINE
    return AccountReach.OFFLINE_FORWARDED if standing.target("fnol", domain) else AccountReach.UNREACHABLE


def limit_of(account: SipAccount, standing: AccountStatus) -> str:
    """Return a sentence about the quota if it is used up, or the balance if little is left, else an empty string."""
    if "quota" in account.groups:
        return _("The monthly quota is used up: calls that cost money are stopped.")
    if account.prepaid and isinstance(standing.balance, float):
        if standing.balance <= 0:
            return _("The balance is used up: calls that cost money are stopped.")
        if standing.balance < settings.LOW_BALANCE:
            return _("Little of the balance is left: %(balance)s.") % {"balance": number_format(standing.balance, 2)}
    return ""


def verdict_sentence(account: SipAccount, found: AccountVerdict) -> str:
    """Return the text of a verdict for staff, one or more sentences."""
    name = account.first_name or str(account.id)
    if found.reach is AccountReach.BLOCKED:
        return _blocked(account, name)
    sentences = [_reach_sentence(name, found)]
    if "free-pstn" not in account.groups:
        sentences.append(_("Calls to telephones outside the platform are not allowed."))
    return " ".join([*sentences, *([found.limit] if found.limit else [])])


def _blocked(account: SipAccount, name: str) -> str:
    if by := who_blocked(account):
        return _("%(name)s can neither call nor be called: the account is blocked %(by)s.") % {"name": name, "by": by}
    return _("%(name)s can neither call nor be called: the account is blocked.") % {"name": name}


def _reach_sentence(name: str, found: AccountVerdict) -> str:
    values = {"name": name, "target": found.target, "minutes": found.minutes}
    match found.reach:
        case AccountReach.QUIET if found.minutes:
            text = ngettext(
                "Do not disturb is on for %(name)s for another %(minutes)s minute.",
                "Do not disturb is on for %(name)s for another %(minutes)s minutes.",
                found.minutes,
            )
        case AccountReach.QUIET:
            text = _("Do not disturb is on for %(name)s until it is ended.")
        case AccountReach.FORWARDED:
            text = _("All calls to %(name)s go to %(target)s.")
        case AccountReach.UNKNOWN:
            text = _("Whether %(name)s has a phone online is not known.")
        case AccountReach.OFFLINE_FORWARDED:
            text = _("No phone of %(name)s is online; calls go to %(target)s.")
        case AccountReach.ONLINE:
            return _online_sentence(name, found)
        case _:
            text = _("%(name)s cannot be reached: no phone is online.")
    return text % values


def _online_sentence(name: str, found: AccountVerdict) -> str:
    if not found.target:
        text = ngettext(
            "%(name)s can call and be reached on one phone.",
            "%(name)s can call and be reached on %(phones)s phones.",
            found.phones,
        )
    else:
        text = ngettext(
            "%(name)s can be reached on one phone; calls not answered go to %(target)s.",
            "%(name)s can be reached on %(phones)s phones; calls not answered go to %(target)s.",
            found.phones,
        )
    return text % {"name": name, "phones": found.phones, "target": found.target}
