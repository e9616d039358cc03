"""The declaration of the mail:send room: its pages, who may open them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import BY_POST, RESELLERS, STAFF, Needs, Page, Room

from .bulk import INFORMATION

ROOM = Room(
    "mail:send",
    pages=(
        Page("accounts", "accounts/", "SendAccounts", STAFF, writes=BY_POST),
        Page(
            "customer",
            "customer/<int:customer>/",
            "SendCustomer",
            RESELLERS,
            asks="Customer.getAccount",
            needs=Needs.PASSWORDS,
            writes=BY_POST,
        ),
    ),
    resources=(
        Resource(
            name="account",
            part="information",
            label=_("account information"),
            edit_page="accounts",
            in_job=INFORMATION,
            words={"sent": _("Sent by job"), "with_passwords": _("With passwords")},
        ),
    ),
)
