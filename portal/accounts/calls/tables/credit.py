"""The table of balance changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.calls.choices import ACTIONS
from portal.accounts.calls.refunds import is_refund, mark_of_entry
from portal.core.currency import with_currency
from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import when_full
from portal.ngnpro.records import CreditHistoryEntry


class CreditTable(Table[CreditHistoryEntry]):
    """The credit history. Its total only shows whether a next page exists; ``beside``: whether calls are visible."""

    caption = gettext_lazy("Credit history")
    default_sort = ""
    foot = "accounts/calls/_credit_foot.html"
    columns = (
        Column("date", gettext_lazy("When"), css="nowrap"),
        Column("what", gettext_lazy("What")),
        Column("value", gettext_lazy("Amount"), css="num"),
        Column("balance", gettext_lazy("Balance"), css="num"),
    )

    address, currency = "", ""
    refunded: frozenset[str] = frozenset()

    def offer_refunds(self, address: str, refunded: frozenset[str]) -> None:
        """Link to the refund of each entry that was not refunded; ``refunded`` are the marks of those that were."""
        self.address, self.refunded = address, refunded

    def cell_date(self, entry: CreditHistoryEntry) -> str:
        return when_full(entry.date)

    def cell_what(self, entry: CreditHistoryEntry) -> SafeString:
        return markup(
            '<span><span class="strong">{}</span><span class="sub">{}{}</span></span>',
            action_label(entry),
            entry_description(entry, with_calls=self.beside),
            self.refund_of(entry),
        )

    def refund_of(self, entry: CreditHistoryEntry) -> str | SafeString:
        """Return a link to the refund of an entry, or that it was refunded; empty if it cannot be."""
        mark = mark_of_entry(entry)
        if mark in self.refunded:
            return markup(" <em>{}</em>", _("refunded"))
        if not self.address or is_refund(entry) or not entry.value:
            return ""
        return markup(' <a href="{}">{}</a>', page_url("accounts:calls:credit-refund", self.address, mark), _("Refund"))

    def cell_value(self, entry: CreditHistoryEntry) -> SafeString:
        amount = format_signed_amount(entry.value, self.currency)
        return markup('<span class="{}">{}</span>', "" if entry.value < 0 else "ok", amount)

    def cell_balance(self, entry: CreditHistoryEntry) -> str:
        return with_currency(entry.balance, self.currency)


def format_signed_amount(value: float, currency: str = "") -> str:
    """Format an amount with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{with_currency(abs(value), currency)}"


def action_label(entry: CreditHistoryEntry) -> str:
    """Return the label of the action of an entry."""
    return str(ACTIONS.get(entry.action, entry.action))


def entry_description(entry: CreditHistoryEntry, *, with_calls: bool) -> str:
    """Return the description of an entry; without the called address if the viewer may not see call data."""
    return _("A call") if entry.session and not with_calls else entry.description


def spreadsheet_header() -> list[str]:
    """Return the column headings of the spreadsheet."""
    return [_("Time (UTC)"), _("What"), _("Description"), _("Amount"), _("Balance afterwards"), _("Call-ID")]


def spreadsheet_rows(entries: Iterable[CreditHistoryEntry], *, with_calls: bool, complete: bool) -> Iterator[list[Any]]:
    """Yield the spreadsheet rows; if older entries are missing, a last row states it."""
    for entry in entries:
        session = entry.session if with_calls else ""
        text = entry_description(entry, with_calls=with_calls)
        yield [entry.date, action_label(entry), text, entry.value, entry.balance, session]
    if not complete:
        yield [_("There are older entries, but NGNPro does not return more at once.")]
