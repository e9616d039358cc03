"""Alarms about what may be fraud: spend in an hour, the first call to a country, many short calls.

The thresholds are properties of the customer, else of the reseller, else settings of the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from ngnpro_server import access
from ngnpro_server.call import Call
from ngnpro_server.ports.sip import blocks
from ngnpro_server.store import alarms, groups, usage
from ngnpro_wire.facts.blocks import GROUP
from ngnpro_wire.facts.telephone_numbers import is_country_code
from ngnpro_wire.facts.truth import is_true
from ngnpro_wire.watch import COUNTRY, SHORT_CALLS, SPEND

_HOUR = timedelta(hours=1)
_SHORT_SECONDS = 10
_LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What raises an alarm about a customer's accounts, 0 for never, and whether the account is then blocked."""

    spend: int
    short_calls: int
    new_country: bool
    block: bool


def raise_alarms(call: Call, account: RowMapping, digits: str, ended: datetime) -> None:
    """Raise the alarms that a call to a number calls for."""
    limits = thresholds_of(call, account)
    country = country_of(digits)
    is_new = usage.note_country(call.connection, account["customer_id"], country, ended)
    if is_new and limits.new_country:
        _raise(call, account, limits, COUNTRY, f"+{country}", value=f"+{country}", threshold="")
    if not (limits.spend or limits.short_calls):
        return
    cost, short = usage.calls_since(call.connection, account["id"], ended - _HOUR, ended, _SHORT_SECONDS)
    hour = f"{ended:%Y-%m-%d %H}"
    if limits.spend and cost >= limits.spend:
        _raise(call, account, limits, SPEND, hour, value=f"{cost:.2f}", threshold=str(limits.spend))
    if limits.short_calls and short >= limits.short_calls:
        _raise(call, account, limits, SHORT_CALLS, hour, value=str(short), threshold=str(limits.short_calls))


def thresholds_of(call: Call, account: RowMapping) -> Thresholds:
    """Return the thresholds for an account."""
    watch = call.config.watch
    return Thresholds(
        spend=_number(_setting(call, account, "alarm_spend_per_hour"), watch.spend_per_hour),
        short_calls=_number(_setting(call, account, "alarm_short_calls"), watch.short_calls),
        new_country=_flag(_setting(call, account, "alarm_new_country"), watch.new_country),
        block=_flag(_setting(call, account, "alarm_block"), watch.block),
    )


def country_of(digits: str) -> str:
    """Return the country code of a number."""
    return next(digits[:length] for length in range(_LONGEST_CODE, 0, -1) if is_country_code(digits[:length]))


def _setting(call: Call, account: RowMapping, name: str) -> str:
    """Return a property of the account's customer, else of its reseller; empty for none."""
    levels = [account["customer_id"], account["reseller_id"]]
    found = access.property_values(call, {one for one in levels if one}, name)
    return next((found[one].strip() for one in levels if found.get(one, "").strip()), "")


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() else default


def _flag(text: str, default: bool) -> bool:
    return is_true(text) if text else default


def _raise(
    call: Call, account: RowMapping, limits: Thresholds, kind: str, period: str, *, value: str, threshold: str
) -> None:
    """Raise an alarm, once in a period, and block the account if that is wanted."""
    if alarms.is_raised(call.connection, account["id"], kind, period):
        return
    alarms.insert_alarm(
        call.connection,
        account,
        time=call.now,
        kind=kind,
        period=period,
        value=value,
        threshold=threshold,
        blocked=limits.block,
    )
    if limits.block:
        _block(call, account)


def _block(call: Call, account: RowMapping) -> None:
    """Block an account as its reseller would, and drop its phones."""
    held = groups.groups_of_account(call.connection, account["id"])
    if GROUP in held:
        return
    after = [*held, GROUP]
    groups.replace_groups(call.connection, account, after)
    blocks.store_block(call, account, after)
