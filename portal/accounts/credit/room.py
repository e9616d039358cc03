"""The declaration of the accounts:credit room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, STAFF, FieldRule, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:credit",
    path="<key:address>/credit/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("export", SIGNED_IN, asks="Sip.getCreditHistory"),
        Page("add", STAFF, asks="Sip.addBalance", writes=WriteMode.ALWAYS),
        Page("add-voucher", SIGNED_IN, asks="Sip.addBalanceFromVoucher", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Credit"), "credit", section=Section.OWN_CALLS),),
    fields={
        "value": FieldRule(STAFF, "prepaid_changes"),
    },
    resources=(Resource(name="account", part="credit", label=_("credit"), edit_page="page"),),
)
