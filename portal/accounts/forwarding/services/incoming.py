"""What the page about incoming calls reads from NGNPro and writes to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from portal.accounts.forwarding.choices.incoming import LENGTHS, MORNING, OFF, TOMORROW
from portal.core.retrying import retried
from portal.core.writes import State, Write
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import (
    NOBODY,
    AcceptRules,
    AcceptRulesStatus,
    CallDiversions,
    PersistentAcceptRule,
    SipId,
    TemporaryAcceptRule,
)

Announce = Callable[[str, State, State], AbstractContextManager[Write]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is known of an account's incoming calls: rules, rejected callers, and where refused calls go."""

    status: AcceptRulesStatus
    rejected: tuple[str, ...]
    diversions: CallDiversions

    @property
    def now(self) -> TemporaryAcceptRule | None:
        """The rule that counts for the moment, if there is one; its duration 0 is "until it is ended"."""
        rule = self.status.rules.temporary
        return rule if is_on(rule) else None


def is_on(rule: TemporaryAcceptRule) -> bool:
    """Return whether a temporary rule is in force: for some minutes, or for no callers until it is ended (contract)."""
    return bool(rule.groups) and (bool(rule.duration) or NOBODY in rule.groups)


def fetch_incoming(ngnpro: Ngnpro, sip_id: SipId) -> Incoming:
    """Fetch everything that the page shows, in three calls."""
    sip = ngnpro.sip
    return Incoming(sip.get_accept_rules(sip_id), sip.get_reject_members(sip_id), sip.get_call_diversions(sip_id))


@retried
def set_do_not_disturb(
    ngnpro: Ngnpro, announce: Announce, sip_id: SipId, length: str, now: datetime
) -> TemporaryAcceptRule:
    """Turn do not disturb on for a while, or off (``off``); ``now`` is in the user's time zone."""
    before = ngnpro.sip.get_accept_rules(sip_id).rules
    rule = TemporaryAcceptRule()
    if length != OFF:
        rule = TemporaryAcceptRule(groups=(NOBODY,), duration=minutes_of(length, now))
    if rule != before.temporary:
        after = replace(before, temporary=rule)
        with announce("accept-rules", before, after):
            ngnpro.sip.set_accept_rules(sip_id, after)
    return rule


def minutes_of(length: str, now: datetime) -> int:
    """Return the minutes of a length; 0 is "until it is ended". "Until tomorrow" ends the next morning."""
    if length != TOMORROW:
        return LENGTHS.get(length, 0)
    left = morning_after(now).astimezone(UTC) - now.astimezone(UTC)  # across a change of the clocks, too
    return -(-left // timedelta(minutes=1))


def morning_after(now: datetime) -> datetime:
    """Return the moment at which "until tomorrow" ends."""
    day = now.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=now.tzinfo)


def save_week(
    ngnpro: Ngnpro, announce: Announce, sip_id: SipId, before: AcceptRules, rules: tuple[PersistentAcceptRule, ...]
) -> None:
    """Replace the weekly rules of those that were read (``before``); the temporary one stays as it is.

    Raises ``ChangedMeanwhile`` where they are not as they were read.
    """
    if before.persistent != rules:
        after = replace(before, persistent=rules)
        with announce("accept-rules", before, after):
            ngnpro.sip.set_accept_rules(sip_id, after)


@retried
def reject_caller(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, caller: str) -> bool:
    """Reject one more caller; return ``False`` if they are rejected already."""
    members = ngnpro.sip.get_reject_members(sip_id)
    if caller in members:
        return False
    with announce("reject", {"members": members}, {"members": (*members, caller)}):
        ngnpro.sip.set_reject_members(sip_id, (*members, caller), members)
    return True


@retried
def accept_caller(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, caller: str) -> bool:
    """Remove a caller from the reject list; return ``False`` if they are not on it."""
    members = ngnpro.sip.get_reject_members(sip_id)
    left = tuple(member for member in members if member != caller)
    if left == members:
        return False
    with announce("reject", {"members": members}, {"members": left}):
        ngnpro.sip.set_reject_members(sip_id, left, members)
    return True
