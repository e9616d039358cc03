"""Prepaid accounts: balances, vouchers, movements (contract: addBalance, getPrepaidStatus, getCreditHistory).

Amounts are in the platform's currency.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base import Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidCard(Record):
    """A voucher: its ``id``, and the secret ``number`` of 11 to 15 digits."""

    id: int
    number: str = wire_field("", secret=True, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidStatus(Record):
    """The balance of one account; only old platforms fill the other members."""

    balance: float = 0.0
    call_in_progress: str = ""
    max_session_time: str = ""
    destination: str = ""
    last_call_price: str = ""
    session_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChange(Record):
    """The balance before and after a change."""

    old_balance: float = wire_field(0.0, name="old_balance")
    new_balance: float = wire_field(0.0, name="new_balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditHistoryEntry(Record):
    """One movement of a balance.

    ``date`` begins with ``YYYY-MM-DD``. ``action``: its type. ``value``: negative for expenses.
    ``balance``: the balance afterwards. ``session``: call id, for a call. ``number``: from old platforms.
    """

    date: str = ""
    action: str = ""
    description: str = ""
    value: float = 0.0
    balance: float = 0.0
    session: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditHistory(Record):
    """The movements of a balance, newest first."""

    entries: tuple[CreditHistoryEntry, ...] = ()
