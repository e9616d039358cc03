"""The declaration of the accounts:calls room: its pages and their permissions, menu entries and resources."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.calls.bulk import BALANCE
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, SIGNED_IN, STAFF, FieldRule, Menu, Needs, Page, Room, Section

ROOM = Room(
    "accounts:calls",
    path="<key:address>/",
    help="accounts#calls",
    own_help="guides/subscribers#contacts-and-calls",
    pages=(
        Page("list", "calls/", "calls.CallList", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("days", "calls/days/", "calls.CallDays", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("export", "calls/export/", "calls.CallExport", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("detail", "calls/<str:call>/", "calls.CallDetail", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("credit", "credit/", "credit.BalanceHistory", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("credit-export", "credit/export/", "credit.CreditExport", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("credit-add", "credit/add/", "credit.CreditAdd", STAFF, asks="Sip.addBalance", writes=ALWAYS),
        Page(
            "credit-refund",
            "credit/refund/<slug:entry>/",
            "credit.CreditRefund",
            STAFF,
            asks="Sip.addBalance",
            writes=ALWAYS,
        ),
        Page(
            "credit-voucher",
            "credit/voucher/",
            "credit.CreditVoucher",
            SIGNED_IN,
            asks="Sip.addBalanceFromVoucher",
            writes=ALWAYS,
        ),
    ),
    menu=(
        Menu("list", _("Calls"), "phone", section=Section.OWN_CALLS, tab=True),
        Menu("credit", _("Credit"), "credit", section=Section.OWN_CALLS),
    ),
    fields={
        "value": FieldRule(STAFF, "prepaid_changes"),
        "balance": FieldRule(STAFF, "prepaid_changes"),
    },
    resources=(Resource(name="account", part="credit", label=_("credit"), edit_page="credit-add", in_job=BALANCE),),
)
