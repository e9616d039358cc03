"""Pages of a prepaid account's credit."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.calls.choices import REACH
from portal.accounts.calls.forms import Addition, AdditionForm, Refund, RefundForm, VoucherForm
from portal.accounts.calls.refunds import find_entry, refunded_marks
from portal.accounts.calls.services import (
    add_amount,
    balance_mark,
    check_prepaid,
    check_unchanged,
    payment_url_of,
    redeem_voucher,
    refund_entry,
)
from portal.accounts.calls.tables.credit import (
    CreditTable,
    entry_description,
    format_signed_amount,
    spreadsheet_header,
    spreadsheet_rows,
)
from portal.accounts.pages import LocalPage, file_name
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.core.access import may_open, why_not_field, why_only_looking
from portal.core.currency import with_currency
from portal.core.form_views import AddView
from portal.core.forms import RecordForm
from portal.core.spreadsheets import csv_response
from portal.core.templatetags.portal import when_full
from portal.ngnpro import errors
from portal.ngnpro.records import BalanceChange, CreditHistoryEntry, PrepaidCard
from portal.ngnpro.records.base import Record

VALUE = "accounts:calls.value"
R = TypeVar("R", bound=Record)


class CreditPage(LocalPage):
    """A base class for pages about credit, which only prepaid accounts have."""

    @property
    def page_url(self) -> str:
        return reverse("accounts:calls:credit", args=[str(self.sip_id)])

    @cached_property
    def balance(self) -> float:
        return self.ngnpro.sip.get_prepaid_status([self.sip_id])[0].balance


class BalanceHistory(CreditPage):
    """The balance and its history; each page fetches its own entries and all newer ones."""

    template_name = "accounts/calls/credit.html"
    title = gettext_lazy("Credit")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not self.account.prepaid:
            return self.show()
        window = CreditTable.window_for(request.GET)
        end = min(window.page * window.size, REACH - 1)
        found = self.ngnpro.sip.get_credit_history(self.sip_id, end + 1).entries
        shown = found[(window.page - 1) * window.size : end]
        with_calls = self.request.viewer.may_see_calls
        balance = fetch_or_unknown(lambda: self.balance)
        table = CreditTable(shown, len(found), window, self.names, with_calls)
        table.currency, viewer = self.currency, self.request.viewer
        may_refund = may_open(viewer, "accounts:calls:credit-refund") and not why_not_field(viewer, VALUE)
        if may_refund and not why_only_looking(viewer, "accounts:calls:credit-refund"):
            table.offer_refunds(str(self.sip_id), refunded_marks(found))
        return self.show(
            table=table,
            balance=balance,
            payment_url=payment_url_of(self.sip_id),
            balance_words="" if isinstance(balance, Unknown) else with_currency(balance, ""),
            why_not=why_not_field(viewer, VALUE),
        )


class CreditExport(CreditPage):
    """The history as CSV, as far back as NGNPro returns it."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        entries = self.ngnpro.sip.get_credit_history(self.sip_id, REACH).entries
        with_calls, complete = self.request.viewer.may_see_calls, len(entries) < REACH
        name = f"credit-{file_name(self.sip_id)}-{timezone.localdate():%Y-%m-%d}.csv"
        return csv_response(
            name, spreadsheet_header(), spreadsheet_rows(entries, with_calls=with_calls, complete=complete)
        )


class CreditForm(CreditPage, AddView[R]):
    """A form that changes the balance; a postpaid account is redirected to the page that explains why it has none."""

    template_name = "accounts/calls/credit_form.html"
    starts_from_url = False  # data of vouchers and payments must not be in URLs

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not self.account.prepaid:
            return HttpResponseRedirect(self.page_url)
        return super().get(request)

    def done(self, record: R) -> HttpResponse:
        moved = {"before": self.moved.old_balance, "after": self.moved.new_balance}
        values = {name: with_currency(amount, self.currency) for name, amount in moved.items()}
        messages.success(self.request, _("The balance was %(before)s and is %(after)s now.") % values)
        return HttpResponseRedirect(self.page_url)

    moved: BalanceChange


class CreditAdd(CreditForm[Addition]):
    """Add an amount to the balance, or deduct one."""

    title = gettext_lazy("Add to the balance")
    button = gettext_lazy("Add this amount")
    form_class = AdditionForm

    def initial(self) -> dict[str, Any]:
        return {"opened": balance_mark(self.balance)} if self.request.method == "GET" else {}

    def write(self, before: Addition | None, wanted: Addition) -> Addition:
        check_prepaid(self.account, "value")
        check_unchanged(self.form.cleaned_data["opened"], self.balance)
        writes = self.request.writes
        self.moved = add_amount(self.ngnpro, writes, self.account, wanted.value, wanted.description)
        return wanted

    def refuse(self, form: RecordForm[Addition], **context: Any) -> HttpResponse:
        if "balance" in self.__dict__ and isinstance(form, AdditionForm):
            form.reopen(balance_mark(self.balance))
        return super().refuse(form, **context)


class CreditRefund(CreditForm[Refund]):
    """Take an entry of the history back, once, with a reason."""

    template_name = "accounts/calls/credit_refund.html"
    title = gettext_lazy("Refund an entry")
    button = gettext_lazy("Refund it")
    form_class = RefundForm

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.account.prepaid and self.entry is None:
            raise Http404
        return super().get(request, **kwargs)

    @cached_property
    def entry(self) -> CreditHistoryEntry | None:
        entries = self.ngnpro.sip.get_credit_history(self.sip_id, REACH).entries
        return find_entry(entries, self.kwargs["entry"])

    @property
    def entry_words(self) -> str:
        """The entry in words, for the page."""
        if self.entry is None:
            return ""
        with_calls = self.request.viewer.may_see_calls
        parts = (when_full(self.entry.date), entry_description(self.entry, with_calls=with_calls))
        return ", ".join(filter(None, (*parts, format_signed_amount(self.entry.value, self.currency))))

    def initial(self) -> dict[str, Any]:
        return {"opened": balance_mark(self.balance)} if self.request.method == "GET" else {}

    def write(self, before: Refund | None, wanted: Refund) -> Refund:
        check_prepaid(self.account, "reason")
        if reason := why_not_field(self.request.viewer, VALUE):
            raise errors.NotPermitted(0, reason)
        opened = self.form.cleaned_data["opened"]
        writes, mark = self.request.writes, self.kwargs["entry"]
        self.moved = refund_entry(self.ngnpro, writes, self.account, mark, wanted.reason, opened)
        return wanted


class CreditVoucher(CreditForm[PrepaidCard]):
    """Add the value of a voucher to the balance."""

    title = gettext_lazy("Redeem a voucher")
    button = gettext_lazy("Redeem voucher")
    form_class = VoucherForm

    def write(self, before: PrepaidCard | None, wanted: PrepaidCard) -> PrepaidCard:
        check_prepaid(self.account, "number")
        self.moved = redeem_voucher(self.ngnpro, self.request.writes, self.account, wanted)
        return wanted
