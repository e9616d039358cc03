"""Services of the page about incoming calls: do not disturb, weekly rules and rejected callers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from portal.accounts.forwarding.choices.incoming import LENGTHS, MORNING, OFF, TOMORROW
from portal.core.record_locks import retried_on_conflict
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
class IncomingSettings:
    """The settings for an account's incoming calls: rules, rejected callers, and diversions of refused calls."""

    status: AcceptRulesStatus
    rejected: tuple[str, ...]
    diversions: CallDiversions

    @property
    def now(self) -> TemporaryAcceptRule | None:
        """Return the temporary rule in force, if any; the duration 0 means "until it is ended"."""
        rule = self.status.rules.temporary
        return rule if is_on(rule) else None


def is_on(rule: TemporaryAcceptRule) -> bool:
    """Return whether a temporary rule is in force: it is for ``nobody``, or has groups and a duration (contract)."""
    return bool(rule.groups) and (bool(rule.duration) or NOBODY in rule.groups)


def fetch_incoming(ngnpro: Ngnpro, sip_id: SipId) -> IncomingSettings:
    """Fetch everything that the page shows, with three requests."""
    sip = ngnpro.sip
    return IncomingSettings(
        sip.get_accept_rules(sip_id), sip.get_reject_members(sip_id), sip.get_call_diversions(sip_id)
    )


def set_do_not_disturb(
    ngnpro: Ngnpro, announce: Announce, sip_id: SipId, length: str, now: datetime
) -> TemporaryAcceptRule:
    """Turn do not disturb on for a given length, or off (``off``); ``now`` is in the user's time zone."""
    rule = TemporaryAcceptRule()
    if length != OFF:
        rule = TemporaryAcceptRule(groups=(NOBODY,), duration=minutes_of(length, now))
    set_temporary_rule(ngnpro, announce, sip_id, rule)
    return rule


@retried_on_conflict
def set_temporary_rule(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, rule: TemporaryAcceptRule) -> None:
    """Replace the rule that overrides the weekly rules, which are not changed."""
    before = ngnpro.sip.get_accept_rules(sip_id).rules
    if rule != before.temporary:
        after = replace(before, temporary=rule)
        with announce("accept-rules", before, after):
            ngnpro.sip.set_accept_rules(sip_id, after)


def minutes_of(length: str, now: datetime) -> int:
    """Return the minutes of a length; 0 means "until it is ended". "Until tomorrow" ends the next morning."""
    if length != TOMORROW:
        return LENGTHS.get(length, 0)
    left = morning_after(now).astimezone(UTC) - now.astimezone(UTC)  # correct across daylight saving changes, too
    return -(-left // timedelta(minutes=1))


def morning_after(now: datetime) -> datetime:
    """Return the time at which "until tomorrow" ends."""
    day = now.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=now.tzinfo)


def save_week(
    ngnpro: Ngnpro, announce: Announce, sip_id: SipId, before: AcceptRules, rules: tuple[PersistentAcceptRule, ...]
) -> None:
    """Replace the weekly rules that were read (``before``); the temporary rule is not changed.

    Raises ``ChangedMeanwhile`` if the stored rules have changed since they were read.
    """
    if before.persistent != rules:
        after = replace(before, persistent=rules)
        with announce("accept-rules", before, after):
            ngnpro.sip.set_accept_rules(sip_id, after)


@retried_on_conflict
def reject_caller(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, caller: str) -> bool:
    """Add a caller to the reject list; return ``False`` if they are on it already."""
    members = ngnpro.sip.get_reject_members(sip_id)
    if caller in members:
        return False
    with announce("reject", {"members": members}, {"members": (*members, caller)}):
        ngnpro.sip.set_reject_members(sip_id, (*members, caller), members)
    return True


@retried_on_conflict
def accept_caller(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, caller: str) -> bool:
    """Remove a caller from the reject list; return ``False`` if they are not on it."""
    members = ngnpro.sip.get_reject_members(sip_id)
    left = tuple(member for member in members if member != caller)
    if left == members:
        return False
    with announce("reject", {"members": members}, {"members": left}):
        ngnpro.sip.set_reject_members(sip_id, left, members)
    return True
