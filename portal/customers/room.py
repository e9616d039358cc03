"""The declaration of the customers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "customers",
    pages=(
        Page("list", STAFF, asks="Customer.getCustomers"),
        Page("search", RESELLERS, asks="Customer.getCustomers"),
        Page("suggest", OPERATORS, asks="Customer.getResellers"),
        Page("detail", STAFF, asks="Customer.getAccount"),
        Page("properties", STAFF, asks="Customer.getAccount"),
        Page("add", RESELLERS, asks="Customer.addAccount", writes=WriteMode.ALWAYS),
        Page("add-reseller", OPERATORS, asks="Customer.addAccount", writes=WriteMode.ALWAYS),
        Page("add-with-domain", RESELLERS, asks="Sip.addDomain", writes=WriteMode.ALWAYS),
        Page("added", RESELLERS),
        Page("copy", RESELLERS, asks="Customer.addAccount", writes=WriteMode.ALWAYS),
        Page("edit", STAFF, asks="Customer.updateAccount", writes=WriteMode.ALWAYS),
        Page("edit-properties", STAFF, asks="Customer.setProperties", writes=WriteMode.ALWAYS),
        Page("delete", RESELLERS, asks="Customer.deleteAccount", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Customers"), "customers"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "reseller_active": FieldRule(OPERATORS),
        "company_code": FieldRule(OPERATORS),
        "balance": FieldRule(OPERATORS),
        "credit": FieldRule(OPERATORS),
        "impersonate": FieldRule(RESELLERS),
    },
)
