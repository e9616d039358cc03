"""The declaration of the vouchers room: its pages, its line in the menu, and the batch as a resource."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, FieldRule, Menu, Needs, Page, Room
from portal.ngnpro.records import VoucherBatch, VoucherBatchFilter

RIGHT = "prepaid_changes"
# There is no ``add``: batches come from the form alone, not from spreadsheets and not from the undo of the journal.
BATCHES = Resource(
    name="voucher-batch",
    in_platform=False,
    noun="VoucherBatch",
    label=_("Batch of vouchers"),
    record=VoucherBatch,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.name,
    read_only=frozenset({"used"}),
    numbered=True,
    find=lambda ngnpro, key: ngnpro.watch.find_voucher_batch(int(key)) if key.isdecimal() else None,
    fetch=lambda ngnpro, query: ngnpro.watch.get_voucher_batches(query),
    filter=VoucherBatchFilter,
    key_order="name",
    columns=(
        *("id", "name", "reseller", "prefix", "digits", "count"),
        *("value", "used", "blocked", "exported", "changeDate"),
    ),
    words={
        "prefix": _("Numbers begin with"),
        "digits": _("Digits"),
        "count": _("Vouchers"),
        "value": _("Value"),
        "used": _("Used"),
        "blocked": pgettext_lazy("voucher", "Blocked"),
        "exported": _("Numbers exported"),
    },
)

ROOM = Room(
    "vouchers",
    help="guides/vouchers",
    pages=(
        Page("list", "", "BatchList", RESELLERS, asks="Watch.getVoucherBatches"),
        Page("add", "add/", "BatchAdd", RESELLERS, asks="Watch.addVoucherBatch", writes=ALWAYS),
        Page("find", "find/", "VoucherFind", RESELLERS, asks="Watch.getVouchers"),
        Page("detail", "<int:batch>/", "BatchDetail", RESELLERS, asks="Watch.getVoucherBatches"),
        Page("block", "<int:batch>/block/", "BatchBlock", RESELLERS, asks="Watch.blockVoucherBatch", writes=ALWAYS),
        Page(
            "export",
            "<int:batch>/export/",
            "BatchExport",
            RESELLERS,
            asks="Watch.exportVoucherBatch",
            writes=ALWAYS,
            needs=Needs.PASSWORDS,
        ),
    ),
    menu=(Menu("list", _("Vouchers"), "credit"),),
    fields={"reseller": FieldRule(OPERATORS), "value": FieldRule(RESELLERS, RIGHT)},
    resources=(BATCHES,),
)
