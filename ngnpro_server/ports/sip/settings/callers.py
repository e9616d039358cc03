"""SipPort: rules for callers (accept rules), rejected callers (reject members), and barred destinations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import settings
from ngnpro_wire.facts.weekly_rules import normal_time

Item = TypeVar("Item")

EVERYBODY, NOBODY = "everybody", "nobody"
_ALL_DAYS = 127
_MAX_MINUTES = 7 * 24 * 60
_MAX_ENTRIES = 500
# a pattern that is written as such, and not with the asterisk that people type
_PATTERN = re.compile(r"sips?:[^\s<>\"*%]*%[^\s<>\"*]{0,250}")


def set_accept_rules(call: Call, sipId: Record | None = None, rules: Record | None = None) -> None:  # noqa: N803
    """Replace the weekly rules of an account and its temporary rule.

    Days are a bit mask, Monday 1 to Sunday 64; times are HH:MM. The temporary rule applies for ``duration`` minutes.
    0 deletes it, but with the group ``nobody`` it means that the rule has no end (contract: Call handling).
    """
    row = find_account(call, sipId, lock=True)
    given = rules or {}
    weekly = [_read_rule(rule) for rule in _limited("persistent", given.get("persistent"))]
    settings.set_accept_rules(call.connection, row["id"], weekly)
    groups, expires = _read_temporary(call, given.get("temporary") or {})
    settings.set_temporary_rule(call.connection, row["id"], groups, expires)


def get_accept_rules(call: Call, sipId: Record | None = None) -> Record:  # noqa: N803
    """Return the rules of an account, and the phonebook groups that have entries."""
    row = find_account(call, sipId)
    weekly = [
        {"days": r["days"], "start": r["start"], "stop": r["stop"], "groups": r["groups"].split()}
        for r in settings.get_accept_rules(call.connection, row["id"])
    ]
    known = settings.phonebook_groups(call.connection, row["id"])
    return {
        "rules": {"persistent": weekly, "temporary": _temporary(call, row["id"])},
        "nonEmptyGroups": [*known, EVERYBODY, NOBODY],
    }


def set_reject_members(call: Call, sipId: Record | None = None, members: Sequence[str] | None = None) -> None:  # noqa: N803
    """Replace the callers that an account rejects: numbers, addresses, and ``@domain`` for all users of a domain.

    Other patterns with ``%`` are stored as they are, and so are entries that the list has already.
    """
    row = find_account(call, sipId, lock=True)
    given = dict.fromkeys(uri.strip() for uri in _limited("members", members) if uri and uri.strip())
    settings.set_reject_members(call.connection, row["id"], dict.fromkeys(_read_callers(call, row, given)))


def _read_callers(call: Call, row: RowMapping, given: Iterable[str]) -> Iterator[str]:
    stored: list[str] | None = None
    for uri in given:
        normal, refusal = uri, None
        try:
            normal = uri if _PATTERN.fullmatch(uri) else _read_caller(uri, row["domain"])
        except Fault as fault:
            refusal = fault
        if refusal or normal != uri:
            stored = settings.get_reject_members(call.connection, row["id"]) if stored is None else stored
            if uri in stored:
                normal, refusal = uri, None
        if refusal:
            raise refusal
        yield normal


def _read_caller(uri: str, domain: str) -> str:
    return str(checked("members", lambda value: values.caller(value, domain), uri))


def get_reject_members(call: Call, sipId: Record | None = None) -> list[str]:  # noqa: N803
    """Return the callers that an account rejects."""
    return settings.get_reject_members(call.connection, find_account(call, sipId)["id"])


def set_barring_prefixes(call: Call, sipId: Record | None = None, prefixes: Sequence[str] | None = None) -> None:  # noqa: N803
    """Replace the destinations that an account may not call, which are prefixes like +4490."""
    row = find_account(call, sipId, lock=True)
    given = (text for text in _limited("prefixes", prefixes) if text and text.strip())
    wanted = dict.fromkeys(str(checked("prefixes", values.barred_prefix, text)) for text in given)
    settings.set_barring_prefixes(call.connection, row["id"], wanted)


def get_barring_prefixes(call: Call, sipId: Record | None = None) -> list[str]:  # noqa: N803
    """Return the destinations that an account may not call."""
    return settings.get_barring_prefixes(call.connection, find_account(call, sipId)["id"])


def _limited(name: str, given: Sequence[Item] | None) -> Sequence[Item]:
    if given is not None and len(given) > _MAX_ENTRIES:
        raise invalid(name, f"at most {_MAX_ENTRIES} entries are allowed.")
    return given or ()


def _read_rule(rule: Record) -> Record:
    days = rule.get("days")
    return {
        "days": checked("days", values.number(1, _ALL_DAYS), _ALL_DAYS if days is None else days),
        "start": _read_time("start", rule.get("start") or "00:00"),
        "stop": _read_time("stop", rule.get("stop") or "23:59"),
        "groups": _read_groups(rule.get("groups") or ()),
    }


def _read_time(name: str, value: str) -> str:
    time = normal_time(value)
    if not time:
        raise invalid(name, "a time like 08:30 is expected.")
    return time


def _read_groups(given: Sequence[str | None]) -> str:
    groups = dict.fromkeys(group.strip().lower() for group in given if group and group.strip())
    if len(groups) > 1 and groups.keys() & {EVERYBODY, NOBODY}:
        raise invalid("groups", f"{EVERYBODY} and {NOBODY} cannot be combined with other groups.")
    return " ".join(checked("groups", values.name, group) for group in groups)


def _read_temporary(call: Call, rule: Record) -> tuple[str, datetime | None]:
    groups = _read_groups(rule.get("groups") or ())
    minutes = checked("duration", values.number(0, _MAX_MINUTES), rule.get("duration") or 0)
    if minutes:
        return groups, call.now + timedelta(minutes=minutes)
    return (groups if groups == NOBODY else ""), None


def _temporary(call: Call, account_id: int) -> Record:
    """Return the temporary rule with the remaining minutes, rounded up; an empty one if none is in effect."""
    rule = settings.get_temporary_rule(call.connection, account_id)
    if rule is None or (rule["expires"] is not None and rule["expires"] <= call.now):
        return {"groups": [], "duration": 0}
    left = timedelta() if rule["expires"] is None else rule["expires"] - call.now
    return {"groups": rule["groups"].split(), "duration": -(-left // timedelta(minutes=1))}


OPERATIONS: dict[str, Operation] = {
    "setAcceptRules": set_accept_rules,
    "getAcceptRules": get_accept_rules,
    "setRejectMembers": set_reject_members,
    "getRejectMembers": get_reject_members,
    "setBarringPrefixes": set_barring_prefixes,
    "getBarringPrefixes": get_barring_prefixes,
}
