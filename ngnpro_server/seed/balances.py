"""Balances of prepaid accounts and their history."""

from __future__ import annotations

from decimal import Decimal

from ngnpro_server.store.schema import balance_history, balances

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making

_PAID = (Decimal(10), Decimal(15), Decimal(25), Decimal(50))


def load_balances(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load the balance of each prepaid account, and the history of its changes."""
    for account in branch.accounts:
        if account.is_in("prepaid"):
            balance = _load_history(making, loader, account)
            loader.add(balances, {"account_id": account.id, "balance": balance})


def _load_history(making: Making, loader: Loader, account: Account) -> Decimal:
    balance = Decimal(0)
    for moment in making.moments(making.random.randint(1, 6), account.created):
        spent = balance * Decimal(making.random.randint(20, 95)) / 100
        pays = not balance or making.random.random() < 0.3
        value = making.random.choice(_PAID) if pays else -spent.quantize(Decimal("0.0001"))
        balance += value
        movement = {
            "id": loader.next_id(balance_history),
            "account_id": account.id,
            "date": moment,
            "action": "Add balance" if pays else "Debit balance",
            "description": "Paid at the counter" if pays else "Calls",
            "value": value,
            "balance": balance,
            "session": "",
        }
        loader.add(balance_history, movement)
    return balance
