"""The declaration of the accounts:calls room: its pages and their permissions, menu entries and resources."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, STAFF, FieldRule, Menu, Needs, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:calls",
    path="<key:address>/",
    pages=(
        Page("list", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("days", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("export", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("detail", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("credit", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("credit-export", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("credit-add", STAFF, asks="Sip.addBalance", writes=WriteMode.ALWAYS),
        Page("credit-voucher", SIGNED_IN, asks="Sip.addBalanceFromVoucher", writes=WriteMode.ALWAYS),
    ),
    menu=(
        Menu("list", _("Calls"), "phone", section=Section.OWN_CALLS, tab=True),
        Menu("credit", _("Credit"), "credit", section=Section.OWN_CALLS),
    ),
    fields={"value": FieldRule(STAFF, "prepaid_changes")},
    resources=(Resource(name="account", part="credit", label=_("credit"), edit_page="credit"),),
)
