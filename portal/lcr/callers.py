"""Whether an account lets a caller through: its rejected callers, and its rules for callers at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ngnpro_wire.facts.weekly_rules import covers
from portal.core.search_text import fits_pattern
from portal.ngnpro.records import EVERYBODY, NOBODY, AcceptRules, SipAccount

Contacts = Callable[[], Iterable[tuple[str, str]]]


def matches(pattern: str, caller: str) -> bool:
    """Return whether an entry of a list of callers is for an address; ``%`` in it stands for any characters."""
    return fits_pattern(_plain(pattern), _plain(caller), "%")


def _plain(address: str) -> str:
    return address.strip().lower().removeprefix("sip:").replace("*", "%")


def who_may_call(rules: AcceptRules, when: datetime) -> tuple[str, ...]:
    """Return the groups that may call at a moment in the account's time zone; ``everybody`` if no rule says."""
    if rules.temporary.groups:
        return rules.temporary.groups
    for rule in rules.persistent:
        if covers(rule.days, rule.start, rule.stop, when):
            return rule.groups
    return (EVERYBODY,)


def lets_through(rules: AcceptRules, contacts: Contacts, caller: str, when: datetime) -> bool:
    """Return whether the rules let a caller through at a moment in the account's time zone."""
    groups = who_may_call(rules, when)
    if EVERYBODY in groups:
        return True
    if NOBODY in groups:
        return False
    return any(group in groups and matches(uri, caller) for uri, group in contacts())


def local_time(account: SipAccount, now: datetime | None = None) -> datetime:
    """Return the present time, or another moment, in the time zone of an account; in UTC if that is unknown."""
    moment = now or datetime.now(UTC)
    try:
        return moment.astimezone(ZoneInfo(account.timezone))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return moment
