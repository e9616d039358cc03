"""Pages of the vouchers room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.core.access import why_not_field
from portal.core.currency import format_amount
from portal.core.form_views import AddView
from portal.core.spreadsheets import csv_response
from portal.core.views import DetailView, ListView, PortalView, RecordView
from portal.ngnpro.records import VoucherBatch
from portal.people.confirmation import FIELD, is_confirmed, why_not_confirmed

from .forms import BatchFilterForm, BatchForm, BatchTable, FindForm, NumbersForm, state_of
from .room import BATCHES

VALUE = "vouchers.value"


class BatchList(ListView[VoucherBatch]):
    resource = BATCHES
    template_name = "vouchers/list.html"
    title = gettext_lazy("Vouchers")
    table_class = BatchTable
    filter_class = BatchFilterForm

    def owners(self, record: VoucherBatch) -> tuple[int]:
        return (record.reseller,)

    @property
    def why_not(self) -> str:
        """Why the viewer cannot manage vouchers; empty if they can."""
        return why_not_field(self.request.viewer, VALUE)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show() if self.why_not else super().get(request)


class BatchDetail(DetailView[VoucherBatch]):
    resource = BATCHES
    template_name = "vouchers/detail.html"

    def more(self, record: VoucherBatch) -> dict[str, Any]:
        self.names.prepare((record.reseller,))
        reseller = self.names.link(record.reseller) if record.reseller else pgettext("resellers", "All")
        return {"reseller": reseller, "value": format_amount(record.value), "state": state_of(record)}


class BatchAdd(AddView[VoucherBatch]):
    resource = BATCHES
    template_name = "vouchers/form.html"
    title = gettext_lazy("Make vouchers")
    button = gettext_lazy("Make vouchers")
    form_class = BatchForm
    starts_from_url = False

    def submit(self, record: VoucherBatch) -> VoucherBatch:
        return self.ngnpro.watch.add_voucher_batch(record)

    def done(self, record: VoucherBatch) -> HttpResponse:
        messages.success(self.request, _("Batch %(name)s was added.") % {"name": record.name})
        page = reverse("vouchers:detail", args=[record.id]) if record.id else reverse("vouchers:list")
        return HttpResponseRedirect(page)


class BatchBlock(RecordView[VoucherBatch]):
    """Block the unused vouchers of a batch, or lift the block if ``lift`` is sent."""

    resource = BATCHES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        record = self.get_record()
        is_blocked = "lift" not in request.POST
        with self.request.writes.change(record, replace(record, blocked=is_blocked)):
            self.ngnpro.watch.block_voucher_batch(record.id, blocked=is_blocked)
        text = _("The unused vouchers are blocked.") if is_blocked else _("The unused vouchers can be used again.")
        messages.success(request, text)
        return HttpResponseRedirect(reverse("vouchers:detail", args=[record.id]))


class BatchExport(RecordView[VoucherBatch]):
    """The secret numbers as CSV, once, after the current password was entered."""

    resource = BATCHES
    template_name = "vouchers/export.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(NumbersForm(is_confirmed=is_confirmed(request)))

    def page(self, form: NumbersForm, status: int = 200) -> HttpResponse:
        return self.show(status, record=self.get_record(), form=form)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        form = NumbersForm(request.POST, is_confirmed=is_confirmed(request))
        typed = form.cleaned_data.get(FIELD, "") if form.is_valid() else ""
        if reason := why_not_confirmed(self.request, typed):
            form.fields.setdefault(FIELD, NumbersForm(is_confirmed=False).fields[FIELD])
            form.add_error(FIELD, forms.ValidationError(reason))
            return self.page(form, 422)
        record = self.get_record()
        with self.request.writes.change(record, replace(record, exported=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}")):
            cards = self.ngnpro.watch.export_voucher_batch(record.id)
        rows = ((card.id, card.secret_number, format_amount(card.value)) for card in cards)
        return csv_response(f"vouchers-{record.id}.csv", [_("Serial number"), _("Secret number"), _("Value")], rows)


class VoucherFind(PortalView):
    """What became of a voucher, by what is printed on it."""

    template_name = "vouchers/find.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=FindForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            return self.show(422, form=form)
        sought = form.cleaned_data
        found = self.ngnpro.watch.get_vouchers(sought["id"] or 0, sought["number"])
        shown = [{"voucher": one, "value": format_amount(one.value)} for one in found]
        return self.show(form=FindForm(), found=shown)
