"""The declaration of the domains:transfer room: its page, and who may open it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import STAFF, Page, Room

ROOM = Room(
    "domains:transfer",
    help="export-format",
    pages=(Page("export", "<key:domain>/export/", "TransferExport", STAFF, asks="Sip.getDomains"),),
    journal_actions={
        "exportDomain": _("Exported"),
        "exportDomainWithPasswords": _("Exported with passwords"),
    },
)
