"""Changes of a balance, as the journal has them: the balance before and after, and never a voucher's secret number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import BalanceChange, PrepaidCard, SipAccount


def add_amount(ngnpro: Ngnpro, writes: Writes, account: SipAccount, value: float, description: str) -> BalanceChange:
    """Add an amount to a balance, or take it off."""
    sent = {"value": value, "description": description}
    with writes.change({}, sent, **_about(account)) as write:
        change = ngnpro.sip.add_balance(account.id, value, description)
        write.before = {"balance": change.old_balance}
        write.stored = {"balance": change.new_balance, "description": description}
    return change


def redeem(ngnpro: Ngnpro, writes: Writes, account: SipAccount, card: PrepaidCard) -> BalanceChange:
    """Add a voucher's value to a balance."""
    sent = {"voucher": card.id}
    with writes.change({}, sent, **_about(account)) as write:
        change = ngnpro.sip.add_balance_from_voucher(account.id, card)
        write.before = {"balance": change.old_balance}
        write.stored = {"balance": change.new_balance, "voucher": card.id}
    return change


def check_prepaid(account: SipAccount, field: str) -> None:
    """Refuse to add to the balance of an account that has none."""
    if not account.prepaid:
        raise errors.OtherRefusal(0, _("This account is not prepaid: it has no balance."), field)


def check_unchanged(opened: str, balance: float) -> None:
    """Refuse when the balance is not what the form opened with: an amount may have been added already."""
    if opened != mark(balance):
        text = _("The balance has changed since this page was opened: look whether the amount is in it already.")
        raise errors.OtherRefusal(0, text, "value")


def mark(balance: float) -> str:
    """Write a balance to compare it later."""
    return f"{balance:.4f}"


def _about(account: SipAccount) -> dict[str, Any]:
    return {"about": ("account", str(account.id)), "part": "credit"}
