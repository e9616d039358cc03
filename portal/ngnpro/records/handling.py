"""How calls to an account are handled: diversions, accept rules, its phonebook and its mailbox.

Contract: Call handling for one account, PhonebookEntry, PhonebookEntries, VoicemailAccount, VoicemailOptions.
"""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import SipId
from .base import Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookEntry(Record):
    """An entry of an account's phonebook.

    ``uri``: address, lower case, may hold ``%`` and ``_`` as wildcards; the key within the account.
    ``group``: ``vip``, ``business``, ``coworkers``, ``friends``, ``family`` or empty. ``first_name`` and
    ``last_name`` are read only.
    """

    uri: str
    name: str = wire_field("", always=True)
    group: str = wire_field("", always=True)
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookMatch(Record):
    """Conditions for phonebook entries; ``None`` is no condition. An empty ``group`` matches entries without group."""

    uri: str | None = None
    name: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonebookEntries(Record):
    """A window of a phonebook. ``total`` is the number of all matches; some platforms leave it 0."""

    entries: tuple[PhonebookEntry, ...] = ()
    total: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailOptions(Record):
    """Options of a mailbox. ``delete``: messages are sent by e-mail and not stored."""

    delete: bool = wire_field(True, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailAccount(Record):
    """The mailbox of a SIP account.

    ``sip_id``: the account; the key. ``password``: PIN, digits. ``email``: address that messages are sent to.
    ``mailbox``: its number, assigned by the server; read only, as is ``info``.
    """

    sip_id: SipId
    name: str = wire_field("", always=True)
    password: str = wire_field("", always=True, secret=True)
    email: str = wire_field("", always=True)
    options: VoicemailOptions = VoicemailOptions()
    mailbox: str = ""
    info: str = ""
