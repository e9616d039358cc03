"""The declaration of the api room: its operations, which are open to whoever has a token, and its documentation."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, STAFF, Page, Room

ROOM = Room(
    "api",
    help="api",
    pages=(
        Page("call", "v1/<path:rest>", "call", EVERYBODY),
        Page("docs", "docs/", "ApiDocs", STAFF),
        Page("document", "docs/openapi.json", "ApiDocument", STAFF),
    ),
)
