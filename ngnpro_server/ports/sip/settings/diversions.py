"""SipPort: call diversions of an account, one target per condition."""

from __future__ import annotations

from sqlalchemy import RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import settings
from ngnpro_server.store.rings import UNCONDITIONAL, Ways, address_of

CONDITIONS = ("FUNC", "FNOL", "FBUS", "FNOA", "FUNV")
VOICE_MAILBOX = "<voice-mailbox>"

_LENGTH = 255


def set_call_diversions(call: Call, sipId: Record | None = None, diversions: Record | None = None) -> None:  # noqa: N803
    """Replace all diversions of an account; a condition that is absent or empty is switched off.

    Targets are sip: or sips: addresses, or ``<voice-mailbox>`` for an account that has a mailbox. A number or name
    without a host belongs to the domain of the account. A target that is stored already stays as it is.
    """
    row = find_account(call, sipId, lock=True)
    given = {condition: (diversions or {}).get(condition) or "" for condition in CONDITIONS}
    targets = {
        condition: _read_target(call, row, condition, target.strip())
        for condition, target in given.items()
        if target.strip()
    }
    settings.set_diversions(call.connection, row["id"], targets)


def get_call_diversions(call: Call, sipId: Record | None = None) -> Record:  # noqa: N803
    """Return the diversions of an account; conditions that are switched off are absent."""
    row = find_account(call, sipId)
    return dict(settings.get_diversions(call.connection, row["id"]))


def _read_target(call: Call, row: RowMapping, condition: str, target: str) -> str:
    checked(condition, values.text(_LENGTH), target)
    if target in (VOICE_MAILBOX, "voice-mailbox"):
        if settings.find_mailbox(call.connection, row["id"]) is None:
            raise invalid(condition, "the account has no mailbox to divert to.")
        return VOICE_MAILBOX
    target = _normal_target(call, row, condition, target)
    _refuse_circle(call, row, condition, target)
    return target


def _normal_target(call: Call, row: RowMapping, condition: str, target: str) -> str:
    normal, refusal = target, None
    try:
        normal = str(checked(condition, lambda value: values.sip_uri(value, row["domain"]), target))
    except Fault as fault:
        refusal = fault
    if (refusal or normal != target) and _stored_target(call, row, condition) == target:
        return target
    if refusal:
        raise refusal
    return normal


def _stored_target(call: Call, row: RowMapping, condition: str) -> str:
    return dict(settings.get_diversions(call.connection, row["id"])).get(condition, "")


def _refuse_circle(call: Call, row: RowMapping, condition: str, target: str) -> None:
    first, own = address_of(target), (row["username"], row["domain"])
    ways = Ways(call.connection, call.config.platform.default_tld)
    if first and ways.lead_back(first, own.__eq__, diverted=condition == UNCONDITIONAL):
        raise invalid(condition, "the diversion would lead back to this account, and calls would go round in a circle.")


OPERATIONS: dict[str, Operation] = {
    "setCallDiversions": set_call_diversions,
    "getCallDiversions": get_call_diversions,
}
