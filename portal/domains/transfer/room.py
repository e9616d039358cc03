"""The declaration of the domains:transfer room: its pages, and who may open them."""

from __future__ import annotations

from portal.core.rooms import ALWAYS, STAFF, Page, Room

from .reading import LARGEST

ROOM = Room(
    "domains:transfer",
    pages=(
        Page("export", "<key:domain>/export/", "TransferExport", STAFF, asks="Sip.getDomains"),
        Page("import", "import/", "TransferImport", STAFF, asks="Sip.addDomain", writes=ALWAYS, upload=LARGEST),
        Page(
            "import-page", "import/<uuid:transfer>/", "TransferImportPage", STAFF, asks="Sip.addDomain", writes=ALWAYS
        ),
    ),
)
