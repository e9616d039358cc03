"""The handling of an account's calls: diversions and accept rules (contract: Call handling for one account)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Record, wire_field

VOICE_MAILBOX = "<voice-mailbox>"
EVERYBODY, NOBODY = "everybody", "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDiversions(Record):
    """The targets of diverted calls, by condition; ``None`` if calls are not diverted on a condition.

    A target is ``sip:user@domain`` or ``<voice-mailbox>``. ``func``: all calls. ``fnol``: not online.
    ``fbus``: busy. ``fnoa``: no answer within the account's ``timeout``. ``funv``: unavailable, also for
    calls that accept rules reject.
    """

    func: str | None = wire_field(None, name="FUNC")
    fnol: str | None = wire_field(None, name="FNOL")
    fbus: str | None = wire_field(None, name="FBUS")
    fnoa: str | None = wire_field(None, name="FNOA")
    funv: str | None = wire_field(None, name="FUNV")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentAcceptRule(Record):
    """A weekly rule: which callers are accepted at which times.

    ``days``: a sum of Monday 1, Tuesday 2, Wednesday 4, Thursday 8, Friday 16, Saturday 32, Sunday 64.
    ``start``, ``stop``: ``HH:MM`` in the account's time zone. ``groups``: phonebook groups, or ``everybody``
    or ``nobody`` alone.
    """

    days: int
    start: str
    stop: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryAcceptRule(Record):
    """A rule that overrides the weekly rules for ``duration`` minutes; with 0, or without ``groups``, it is off."""

    groups: tuple[str, ...] = wire_field((), always=True)
    duration: int = wire_field(0, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRules(Record):
    """All accept rules of an account; storing them replaces all. ``groups`` is never stored."""

    persistent: tuple[PersistentAcceptRule, ...]
    temporary: TemporaryAcceptRule
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRulesStatus(Record):
    """The rules of an account, and the phonebook groups that they can name.

    ``non_empty_groups``: groups that have entries, with ``everybody`` and ``nobody``.
    """

    rules: AcceptRules
    non_empty_groups: tuple[str, ...] = ()
