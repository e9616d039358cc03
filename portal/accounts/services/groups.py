"""Add an account to a group, remove it from one, block and unblock it, without other changes."""

from __future__ import annotations

from dataclasses import replace

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.sip_accounts import with_block_note
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount

ALREADY_SO = (FaultCode.GROUP_HELD, FaultCode.GROUP_NOT_HELD)


def add_to_group(ngnpro: Ngnpro, writes: Writes, account: SipAccount, group: str) -> None:
    """Add an account to a group; do nothing if it is in the group already."""
    with writes.change(account, replace(account, groups=(*account.groups, group))):
        _add(ngnpro, account, group)


def remove_from_group(ngnpro: Ngnpro, writes: Writes, account: SipAccount, group: str) -> None:
    """Remove an account from a group; do nothing if it is no longer in the group."""
    with writes.change(account, _without(account, group)):
        _remove(ngnpro, account, group)


def block_account(ngnpro: Ngnpro, writes: Writes, account: SipAccount, by: str) -> None:
    """Block an account and store in its properties who did it, one of ``BLOCKERS``."""
    after = with_block_note(
        replace(account, groups=(*(name for name in account.groups if name != BLOCKED), BLOCKED)), by
    )
    with writes.change(account, after) as write:
        _add(ngnpro, account, BLOCKED)
        write.stored = ngnpro.sip.update_account(with_block_note(ngnpro.sip.get_account(account.id), by))


def unblock_account(ngnpro: Ngnpro, writes: Writes, account: SipAccount) -> None:
    """Unblock an account, and remove the properties that say who blocked it."""
    with writes.change(account, with_block_note(_without(account, BLOCKED), "")) as write:
        _remove(ngnpro, account, BLOCKED)
        now = ngnpro.sip.get_account(account.id)
        freed = with_block_note(now, "")
        write.stored = ngnpro.sip.update_account(freed) if freed.properties != now.properties else now


def _add(ngnpro: Ngnpro, account: SipAccount, group: str) -> None:
    try:
        ngnpro.sip.add_to_group(account.id, group)
    except errors.Refusal as refusal:
        if refusal.code not in ALREADY_SO:
            raise


def _remove(ngnpro: Ngnpro, account: SipAccount, group: str) -> None:
    try:
        ngnpro.sip.remove_from_group(account.id, group)
    except errors.Refusal as refusal:
        if refusal.code not in ALREADY_SO:
            raise


def _without(account: SipAccount, group: str) -> SipAccount:
    return replace(account, groups=tuple(name for name in account.groups if name != group))
