"""SipPort: blocked accounts. Whichever call blocks one, the server notes who did, and nobody below undoes it.

The note is the caller's level, kept in ``blocked_level``. Clients read it as the property ``blocked_by``: ``customer``
or ``reseller`` (contract: properties), where ``reseller`` stands for everybody above a customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import RowMapping

from ngnpro_server.call import Call, Level
from ngnpro_server.faults import not_permitted
from ngnpro_server.store import accounts

GROUP, NOTE = "blocked", "blocked_by"
_NOTES = {0: "", Level.CUSTOMER: "customer", Level.RESELLER: "reseller", Level.ADMINISTRATOR: "reseller"}
_NAMES = {Level.CUSTOMER: "customer", Level.RESELLER: "reseller", Level.ADMINISTRATOR: "operator"}


def settle(call: Call, row: RowMapping, groups: Collection[str], properties: Mapping[str, str] | None = None) -> None:
    """Note who blocks an account that is to have these groups, or that nobody does any more.

    ``row`` is the account as it was; ``properties`` are those that the call gives, ``None`` where it gives none. Raises
    NOT_PERMITTED for what would undo the block of a higher level: leaving out the group, or naming somebody else.
    """
    before = row["blocked_level"]
    named = _NOTES[before] if properties is None else properties.get(NOTE, "")
    if named == "reseller" != _NOTES[before] and call.caller.level is Level.CUSTOMER:
        raise not_permitted("Only a reseller says that the reseller blocked an account.")
    if GROUP not in groups:
        _check(call, before, "unblock it")
        after = 0
    else:
        after = _level(call, before, named)
    if after != before or properties is not None:
        accounts.note_block(call.connection, row, after, NOTE, _NOTES[after])


def check_removal(call: Call, row: RowMapping) -> None:
    """Raise NOT_PERMITTED if an account is blocked from above: added again, it would not be blocked."""
    _check(call, row["blocked_level"], "delete it")


def check_removal_of_all(call: Call, domain: str) -> None:
    """Raise NOT_PERMITTED if any account of a domain is blocked from above."""
    _check(call, accounts.highest_block(call.connection, domain), "delete its domain")


def _level(call: Call, before: int, named: str) -> int:
    """Tell whose the block is: the caller's if it is new or taken over, the customer's if a higher level says so."""
    level = call.caller.level
    if named == _NOTES[before] or (before and not named and level >= before):
        return before or level
    _check(call, before, "say who blocked it")
    return Level.CUSTOMER if named == "customer" else level


def _check(call: Call, blocked: int, what: str) -> None:
    if blocked > call.caller.level:
        name = _NAMES[Level(blocked)]
        raise not_permitted(f"The {name} blocked this account: only the {name} or somebody above can {what}.")
