"""The declaration of the accounts room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, SIGNED_IN, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "accounts",
    pages=(
        Page("list", STAFF, asks="Sip.getAccounts"),
        Page("add", STAFF, asks="Sip.addAccount", writes=WriteMode.ALWAYS),
        Page("added", STAFF, asks="Sip.getAccount"),
        Page("detail", SIGNED_IN, asks="Sip.getAccount"),
        Page("edit", STAFF, asks="Sip.updateAccount", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Sip.deleteAccount", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Accounts"), "account"),),
    fields={
        "owner": FieldRule(RESELLERS),
        "prepaid": FieldRule(STAFF, "prepaid_changes"),
        "quota": FieldRule(STAFF, "pstn_changes"),
        "call_limit": FieldRule(STAFF, "pstn_changes"),
        "rpid": FieldRule(STAFF, "pstn_changes"),
        "groups.free-pstn": FieldRule(STAFF, "pstn_changes"),
        "groups.rate-on-net": FieldRule(RESELLERS),
        "groups.trunking": FieldRule(RESELLERS),
        "groups.payments": FieldRule(RESELLERS),
        "groups.deny-password-change": FieldRule(RESELLERS),
        "groups.sms": FieldRule(STAFF, "sms_access"),
    },
)
