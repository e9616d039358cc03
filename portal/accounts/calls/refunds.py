"""Refunds: an entry of the credit history taken back, once, by an entry that names it and says why.

NGNPro has no operation for refunds and no keys of entries. So a refund is a change of the balance whose description
begins with the mark of the entry, which is made from its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.core.record_locks import record_lock
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import BalanceChange, CreditHistoryEntry, SipAccount

from .choices import REACH
from .services import add_amount, check_unchanged

_WORD = "Refund"


def mark_of_entry(entry: CreditHistoryEntry) -> str:
    """Return ten letters and digits that identify an entry of a history by its content."""
    content = f"{entry.date}|{entry.action}|{entry.description}|{entry.value:.4f}|{entry.balance:.4f}|{entry.session}"
    return hashlib.sha256(content.encode()).hexdigest()[:10]


def find_entry(entries: Iterable[CreditHistoryEntry], mark: str) -> CreditHistoryEntry | None:
    """Return the entry with a mark, or ``None``."""
    return next((entry for entry in entries if mark_of_entry(entry) == mark), None)


def is_refund(entry: CreditHistoryEntry) -> bool:
    """Return whether an entry is a refund, which is not refunded itself."""
    return entry.description.startswith(f"{_WORD} ")


def refunded_marks(entries: Iterable[CreditHistoryEntry]) -> frozenset[str]:
    """Return the marks of the entries that are refunded already."""
    return frozenset(entry.description.split(":")[0].removeprefix(f"{_WORD} ") for entry in entries if is_refund(entry))


def refund_entry(
    ngnpro: Ngnpro, writes: Writes, account: SipAccount, mark: str, reason: str, opened: str
) -> BalanceChange:
    """Take an entry back. Raises a ``Refusal`` if it was refunded, or the balance is not ``opened`` any more.

    The balance is compared, and the history read, under a lock of the account's credit in all processes of the portal;
    changes by other programs between this and the change itself are not noticed.
    """
    with record_lock(f"credit of {account.id}"):
        entries = ngnpro.sip.get_credit_history(account.id, REACH).entries
        entry = find_entry(entries, mark)
        if entry is None or is_refund(entry):
            raise errors.Missing(0, _("The history has no such entry to refund."))
        if mark in refunded_marks(entries):
            raise errors.OtherRefusal(0, _("This entry was refunded already. Nothing was changed."), "reason")
        check_unchanged(opened, ngnpro.sip.get_prepaid_status([account.id])[0].balance)
        return add_amount(ngnpro, writes, account, -entry.value, f"{_WORD} {mark}: {reason}")
