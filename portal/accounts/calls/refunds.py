"""Refunds: an entry of the credit history taken back, once, by an entry that names it and says why.

NGNPro has no operation for refunds and no keys of entries. So a refund is a change of the balance whose description
begins with the mark of the entry, which is made from its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portal.ngnpro.records import CreditHistoryEntry

WORD = "Refund"


def mark_of_entry(entry: CreditHistoryEntry) -> str:
    """Return ten letters and digits that identify an entry of a history by its content."""
    content = f"{entry.date}|{entry.action}|{entry.description}|{entry.value:.4f}|{entry.balance:.4f}|{entry.session}"
    return hashlib.sha256(content.encode()).hexdigest()[:10]


def find_entry(entries: Iterable[CreditHistoryEntry], mark: str) -> CreditHistoryEntry | None:
    """Return the entry with a mark, or ``None``."""
    return next((entry for entry in entries if mark_of_entry(entry) == mark), None)


def is_refund(entry: CreditHistoryEntry) -> bool:
    """Return whether an entry is a refund, which is not refunded itself."""
    return entry.description.startswith(f"{WORD} ")


def refunded_marks(entries: Iterable[CreditHistoryEntry]) -> frozenset[str]:
    """Return the marks of the entries that are refunded already."""
    return frozenset(entry.description.split(":")[0].removeprefix(f"{WORD} ") for entry in entries if is_refund(entry))
