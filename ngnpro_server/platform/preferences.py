"""The preferences of accounts, as rows of ``usr_preferences``, which Kamailio's avpops reads (docs/platform.md)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select

from ngnpro_server.store.schema import (
    account_acl,
    balances,
    barring_prefixes,
    diversions,
    mailboxes,
    reject_members,
    sip_accounts,
    temporary_accept_rules,
)

from .routing import group_of_account
from .sql import View, text, utc_now, view, whole

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


def _of(table: Any, attribute: str | ColumnElement[str], value: ColumnElement[Any]) -> Select[Any]:
    return _preference(attribute, value).select_from(sip_accounts.join(table, table.c.account_id == _A.id))


def _diversions() -> Select[Any]:
    """Diversions by their condition. One to the mailbox is ``mailbox:NUMBER``; without a mailbox it does not exist."""
    there = sip_accounts.join(diversions, diversions.c.account_id == _A.id)
    joined = there.outerjoin(mailboxes, mailboxes.c.account_id == _A.id)
    to_mailbox = diversions.c.target == VOICE_MAILBOX
    target = case((to_mailbox, literal("mailbox:") + mailboxes.c.mailbox), else_=diversions.c.target)
    query = _preference(func.lower(diversions.c.condition), target).select_from(joined)
    return query.where(~to_mailbox | mailboxes.c.mailbox.is_not(None))


def _temporary_rule() -> Select[Any]:
    rule = temporary_accept_rules.c
    in_force = rule.expires.is_(null()) | (rule.expires > utc_now())
    return _of(temporary_accept_rules, "accept_only", rule.groups).where(rule.groups != "", in_force)


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
        _temporary_rule(),
        _barring(),
        _of(reject_members, "reject", reject_members.c.uri),
        _networks(),
    ]


VIEW: View = view("usr_preferences", *_preferences())
