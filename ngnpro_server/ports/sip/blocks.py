"""SipPort: blocked accounts. The level of the caller who blocks one is stored, and lower levels cannot unblock it.

The level is stored in the column ``blocked_level``. Clients read it as properties (``ngnpro_wire.facts.blocks``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import RowMapping

from ngnpro_server.call import Call, DropRegistrations, Level
from ngnpro_server.faults import not_permitted
from ngnpro_server.store import accounts
from ngnpro_wire.facts.blocks import BY_CUSTOMER, BY_OPERATOR, BY_RESELLER, GROUP, NAMES, NOTE, notes_of_block

_BLOCKERS = {0: "", Level.CUSTOMER: BY_CUSTOMER, Level.RESELLER: BY_RESELLER, Level.ADMINISTRATOR: BY_OPERATOR}
_NOTES = {level: notes_of_block(by).get(NOTE, "") for level, by in _BLOCKERS.items()}


def store_block(
    call: Call, row: RowMapping, groups: Collection[str], properties: Mapping[str, str] | None = None
) -> None:
    """Store the level that blocked an account, or 0 if ``groups``, its new groups, do not include ``blocked``.

    ``row`` is the account before the change; ``properties`` are those that were sent, ``None`` if none were. Raises
    NOT_PERMITTED if a caller undoes the block of a higher level by leaving out the group or naming another level.
    """
    before = row["blocked_level"]
    after = level_of_block(call, before, groups, properties)
    if after and not before:
        call.orders.append(DropRegistrations(row["username"], row["domain"]))
    if after != before or properties is not None:
        accounts.note_block(call.connection, row, after, NOTE, _NOTES[after])


def level_of_block(
    call: Call, before: int, groups: Collection[str], properties: Mapping[str, str] | None = None
) -> int:
    """Return the level of a block after a change, 0 for none; arguments and faults as in ``store_block``."""
    named = _NOTES[before] if properties is None else properties.get(NOTE, "")
    if named == "reseller" != _NOTES[before] and call.caller.level is Level.CUSTOMER:
        raise not_permitted("Only a reseller can note that the reseller blocked an account.")
    if GROUP not in groups:
        _check(call, before, "unblock it")
        return 0
    return _level(call, before, named)


def noted(properties: Mapping[str, str], level: int) -> dict[str, str]:
    """Return properties with the note of a block's level, as they are stored, sorted by name."""
    note = {NOTE: _NOTES[level]} if level else {}
    return dict(sorted({**{name: value for name, value in properties.items() if name not in NAMES}, **note}.items()))


def check_removal(call: Call, row: RowMapping) -> None:
    """Raise NOT_PERMITTED if a higher level blocked an account: deleted and added again, it would not be blocked."""
    _check(call, row["blocked_level"], "delete it")


def check_removal_of_all(call: Call, domain: str) -> None:
    """Raise NOT_PERMITTED if a higher level blocked any account of a domain."""
    _check(call, accounts.highest_block(call.connection, domain), "delete its domain")


def _level(call: Call, before: int, named: str) -> int:
    """Return the level of a block: the caller's if it is new or taken over, the customer's if ``named`` says so."""
    level = call.caller.level
    if named == _NOTES[before] or (before and not named and level >= before):
        return before or level
    _check(call, before, "say who blocked it")
    return Level.CUSTOMER if named == "customer" else level


def _check(call: Call, blocked: int, what: str) -> None:
    if blocked > call.caller.level:
        name = _BLOCKERS[blocked]
        raise not_permitted(f"The {name} blocked this account: only the {name} or a higher level can {what}.")
