"""How an account stands now: what NGNPro tells of its phones, forwarding, mailbox and numbers, and one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from portal.accounts.choices import blocker
from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range, errors
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
from portal.ngnpro.records.handling import NOBODY, VOICE_MAILBOX

T = TypeVar("T")
POINTING = 10
LATEST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands for what NGNPro would not or could not tell; ``reason`` is why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of an account beside its record; each part may be ``Unknown`` without spoiling the others."""

    devices: tuple[SipDeviceLocation, ...] | Unknown
    diversions: CallDiversions | Unknown
    refusing: TemporaryAcceptRule | Unknown | None
    mailbox: VoicemailAccount | Unknown | None
    aliases: Page[SipAlias] | Unknown
    numbers: Page[EnumNumber] | Unknown
    calls: tuple[tuple[str, Call], ...] | Unknown
    balance: float | Unknown | None


def look(
    ngnpro: Ngnpro, account: SipAccount, *, with_calls: bool, numbers_from: int = 0, aliases_from: int = 0
) -> Health:
    """Ask for everything that the record page shows: a fixed number of calls.

    Of the numbers and aliases that lead here, ten from the given ones on.
    """
    sip, one = ngnpro.sip, account.id
    target = AliasFilter(target_username=one.username, target_domain=one.domain)
    aliases = Query(filter=target, order_by=OrderBy("aliasUsername"), range=Range(aliases_from, POINTING))
    mapto = EnumNumberFilter(mapto=str(one))
    numbers = Query(filter=mapto, order_by=OrderBy("number"), range=Range(numbers_from, POINTING))
    return Health(
        devices=ask(lambda: sip.get_sip_device_locations([one])[0].locations),
        diversions=ask(lambda: sip.get_call_diversions(one)),
        refusing=ask(lambda: _refusing(sip.get_accept_rules(one).rules.temporary)),
        mailbox=ask(lambda: or_none(lambda: ngnpro.voicemail.get_account(one))),
        aliases=ask(lambda: sip.get_aliases(aliases)),
        numbers=ask(lambda: ngnpro.enum.get_numbers(numbers)),
        calls=ask(lambda: latest_calls(ngnpro, account)) if with_calls else Unknown(_("You may not see call data.")),
        balance=ask(lambda: sip.get_prepaid_status([one])[0].balance) if account.prepaid else None,
    )


def latest_calls(ngnpro: Ngnpro, account: SipAccount) -> tuple[tuple[str, Call], ...]:
    """List the newest calls of both directions, with ``out`` or ``in``."""
    few = CallQuery(limit=LATEST_CALLS)
    calls = ngnpro.sip.get_calls(account.id, CallsQuery(placed=few, received=few))
    both = [*(("out", call) for call in calls.placed), *(("in", call) for call in calls.received)]
    return tuple(sorted(both, key=lambda pair: pair[1].start_time, reverse=True)[:LATEST_CALLS])


def ask(fetch: Callable[[], T]) -> T | Unknown:
    """Fetch one part; a login that ended concerns the whole page, all else only this part."""
    try:
        return fetch()
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.NgnproError as error:
        return Unknown(str(error))
    except IndexError:
        return Unknown(_("NGNPro gave no answer for this account."))


def or_none(fetch: Callable[[], T]) -> T | None:
    try:
        return fetch()
    except errors.Missing:
        return None


def _refusing(rule: TemporaryAcceptRule) -> TemporaryAcceptRule | None:
    """Give the rule that lets nobody through; its duration 0 is "until it is ended" (contract)."""
    return rule if NOBODY in rule.groups else None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a list shows beside its accounts, by address; what NGNPro does not tell is not there."""

    devices: Mapping[str, tuple[SipDeviceLocation, ...]]
    balances: Mapping[str, float]


def beside(ngnpro: Ngnpro, accounts: Sequence[SipAccount]) -> Beside:
    """Ask for the phones of all accounts of a page, and the balances of its prepaid ones: one call each."""
    ids, prepaid = [account.id for account in accounts], [account.id for account in accounts if account.prepaid]
    devices = ask(lambda: ngnpro.sip.get_sip_device_locations(ids)) if ids else ()
    balances = ask(lambda: ngnpro.sip.get_prepaid_status(prepaid)) if prepaid else ()
    return Beside(
        devices={str(one): found.locations for one, found in zip(ids, _known(devices), strict=False)},
        balances={str(one): found.balance for one, found in zip(prepaid, _known(balances), strict=False)},
    )


def _known(part: tuple[T, ...] | Unknown) -> tuple[T, ...]:
    return () if isinstance(part, Unknown) else part


CONDITIONS = (
    ("func", _lazy("All calls")),
    ("fnol", _lazy("No phone online")),
    ("fbus", _lazy("Busy")),
    ("fnoa", _lazy("Not answered")),
    ("funv", _lazy("Unavailable or rejected")),
)


def forwarding(health: Health, timeout: int) -> list[tuple[str, str]]:
    """List where calls go instead: the condition in words, and the target."""
    if isinstance(health.diversions, Unknown):
        return []
    found = []
    for name, words in CONDITIONS:
        if value := getattr(health.diversions, name):
            after = _(" after %(seconds)s s") % {"seconds": timeout} if name == "fnoa" else ""
            found.append((f"{words}{after}", target(value)))
    return found


def verdict(account: SipAccount, health: Health) -> tuple[str, str]:
    """Say in one sentence whether calls can be made and received now, and if not why; first its state."""
    name = account.first_name or str(account.id)
    if "blocked" in account.groups:
        return "bad", _blocked(account, name)
    state, sentence = _reachable(name, health)
    if "free-pstn" not in account.groups:
        sentence += " " + _("Calls to telephones outside the platform are not allowed.")
    if "quota" in account.groups:
        return "warn", sentence + " " + _("The monthly quota is used up: calls that cost money are stopped.")
    if account.prepaid and isinstance(health.balance, float) and health.balance <= 0:
        return "warn", sentence + " " + _("The balance is used up: calls that cost money are stopped.")
    return state, sentence


def _blocked(account: SipAccount, name: str) -> str:
    if by := blocker(account):
        return _("%(name)s can neither call nor be called: the account is blocked %(by)s.") % {"name": name, "by": by}
    return _("%(name)s can neither call nor be called: the account is blocked.") % {"name": name}


def _reachable(name: str, health: Health) -> tuple[str, str]:
    diversions = health.diversions if isinstance(health.diversions, CallDiversions) else CallDiversions()
    if isinstance(health.refusing, TemporaryAcceptRule):
        minutes = health.refusing.duration
        if not minutes:
            return "warn", _("%(name)s takes no calls until do not disturb is ended.") % {"name": name}
        return "warn", ngettext(
            "%(name)s takes no calls for another %(minutes)s minute.",
            "%(name)s takes no calls for another %(minutes)s minutes.",
            minutes,
        ) % {"name": name, "minutes": minutes}
    if diversions.func:
        return "on", _("All calls to %(name)s go to %(target)s.") % {"name": name, "target": target(diversions.func)}
    if isinstance(health.devices, Unknown):
        return "", _("Whether %(name)s has a phone online is not known.") % {"name": name}
    if health.devices:
        return "on", _online(name, len(health.devices), diversions)
    if diversions.fnol:
        text = _("No phone of %(name)s is online; calls go to %(target)s.")
        return "warn", text % {"name": name, "target": target(diversions.fnol)}
    return "", _("%(name)s cannot be reached: no phone is online.") % {"name": name}


def _online(name: str, phones: int, diversions: CallDiversions) -> str:
    values = {"name": name, "phones": phones}
    if not diversions.fnoa:
        text = ngettext(
            "%(name)s can call and be reached on one phone.",
            "%(name)s can call and be reached on %(phones)s phones.",
            phones,
        )
        return text % values
    text = ngettext(
        "%(name)s can be reached on one phone; calls not answered go to %(target)s.",
        "%(name)s can be reached on %(phones)s phones; calls not answered go to %(target)s.",
        phones,
    )
    return text % {**values, "target": target(diversions.fnoa)}


def target(value: str) -> str:
    """Name where a diversion leads."""
    return _("voicemail") if value in (VOICE_MAILBOX, "voice-mailbox") else value.removeprefix("sip:")
