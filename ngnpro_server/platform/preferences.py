"""The preferences of accounts, as rows of ``usr_preferences``, which Kamailio's avpops reads (docs/platform.md)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, or_, select

from ngnpro_server.store.schema import (
    accept_rules,
    account_acl,
    balances,
    barring_prefixes,
    diversions,
    mailboxes,
    phonebook,
    reject_members,
    sip_accounts,
    temporary_accept_rules,
)

from .routing import group_of_account
from .sql import View, text, utc_now, view, whole
from .zones import covers_now, is_offset_of, zone_offsets

_A = sip_accounts.c
VOICE_MAILBOX = "<voice-mailbox>"


def _preference(attribute: str | ColumnElement[str], value: ColumnElement[Any], length: int = 255) -> Select[Any]:
    """Return the query of one preference of accounts; both are texts (``type`` 0)."""
    return select(
        text(_A.id, 20).label("uuid"),
        _A.username,
        _A.domain,
        text(literal(attribute) if isinstance(attribute, str) else attribute, 32).label("attribute"),
        whole(literal(0)).label("type"),
        text(value, length).label("value"),
    )


def _of_columns() -> list[Select[Any]]:
    return [
        _preference("reseller", _A.reseller_id),
        _preference("timeout", _A.timeout),
        _preference("dr_group", group_of_account(), 20),
        _preference("call_limit", _A.call_limit).where(_A.call_limit > 0),
        _preference("caller_id", _A.rpid).where(_A.rpid != ""),
        _preference("quickdial", _A.quickdial_prefix).where(_A.quickdial_prefix != ""),
    ]


def _out_of_credit() -> Select[Any]:
    left = select(balances.c.balance).where(balances.c.account_id == _A.id).scalar_subquery()
    # not bound as Money: an amount of zero is 0 in every unit
    empty = func.coalesce(left, literal(0).op("+")(0)) <= literal(0).op("+")(0)
    return _preference("no_credit", literal("1")).where(_A.prepaid, empty)


def _of(table: Any, attribute: str | ColumnElement[str], value: ColumnElement[Any], length: int = 255) -> Select[Any]:
    return _preference(attribute, value, length).select_from(sip_accounts.join(table, table.c.account_id == _A.id))


def _expression(pattern: ColumnElement[str], beginning: str = "^") -> ColumnElement[str]:
    """Return a pattern of addresses, in which ``%`` and ``*`` stand for any characters, as a regular expression."""
    for special in "[.+?()${|":
        pattern = func.replace(pattern, special, f"[{special}]")
    for wildcard in ("*", "%"):
        pattern = func.replace(pattern, wildcard, ".*" if wildcard == "%" else "%")
    return literal(beginning) + pattern + literal("$")


def _diversions() -> Select[Any]:
    """Diversions by their condition. One to the mailbox is ``mailbox:NUMBER``; without a mailbox it does not exist."""
    there = sip_accounts.join(diversions, diversions.c.account_id == _A.id)
    joined = there.outerjoin(mailboxes, mailboxes.c.account_id == _A.id)
    to_mailbox = diversions.c.target == VOICE_MAILBOX
    target = case((to_mailbox, literal("mailbox:") + mailboxes.c.mailbox), else_=diversions.c.target)
    query = _preference(func.lower(diversions.c.condition), target).select_from(joined)
    return query.where(~to_mailbox | mailboxes.c.mailbox.is_not(None))


def _groups_in_force() -> ColumnElement[Any]:
    """The groups of callers that may call an account now: those of its temporary rule, or of the first weekly one."""
    temporary, weekly = temporary_accept_rules.c, accept_rules.c
    lasts = or_(temporary.expires.is_(null()), temporary.expires > utc_now())
    now = select(temporary.groups).where(temporary.account_id == _A.id, temporary.groups != "", lasts)
    zoned = accept_rules.outerjoin(zone_offsets, is_offset_of(_A.timezone, sip_accounts))
    rules = select(weekly.groups).select_from(zoned).where(weekly.account_id == _A.id, covers_now(weekly))
    first = rules.order_by(weekly.position).limit(1).correlate(sip_accounts)
    return func.coalesce(now.scalar_subquery(), first.scalar_subquery(), "everybody")


def _accept_rules() -> Select[Any]:
    groups = _groups_in_force()
    return _preference("accept_only", groups).where(groups != "everybody")


def _accepted_contacts() -> Select[Any]:
    """The contacts in the groups that may call now."""
    named = literal(" ") + _groups_in_force() + literal(" ")
    in_group = named.like(literal("% ") + phonebook.c.group_name + literal(" %"))
    address = func.replace(phonebook.c.uri, "sip:", "")
    found = _of(phonebook, "accept", _expression(address, "^(sip:)?"), 1024)
    return found.where(phonebook.c.group_name != "", in_group)


def _barring() -> Select[Any]:
    """Barred destinations as 00 and digits, the form in which dialled numbers are compared."""
    return _of(barring_prefixes, "barring", literal("00") + func.replace(barring_prefixes.c.prefix, "+", ""))


def _networks() -> Select[Any]:
    network = text(account_acl.c.ip, 45) + literal("/") + text(account_acl.c.mask, 3)
    return _of(account_acl, "network", network)


def _preferences() -> list[Select[Any]]:
    return [
        *_of_columns(),
        _out_of_credit(),
        _diversions(),
        _accept_rules(),
        _accepted_contacts(),
        _barring(),
        _of(reject_members, "reject", _expression(reject_members.c.uri), 1024),
        _networks(),
    ]


VIEW: View = view("usr_preferences", *_preferences())
