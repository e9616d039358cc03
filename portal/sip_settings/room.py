"""The declaration of the sip_settings room: the address for programs of subscribers, in place of CDRTool's."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

# Programs send the entries of their chat journal in one request.
LARGEST_BODY = 128 * 1024

ROOM = Room(
    "sip_settings",
    path="",
    help="programs",
    pages=(
        Page("json", "sip_settings.phtml", "sip_settings", EVERYBODY, upload=LARGEST_BODY),
        Page("digest", "sip_settings_digest.phtml", "sip_settings", EVERYBODY, upload=LARGEST_BODY),
        Page("old-json", "CDRTool/sip_settings.phtml", "sip_settings", EVERYBODY, upload=LARGEST_BODY),
        Page("old-digest", "CDRTool/sip_settings_digest.phtml", "sip_settings", EVERYBODY, upload=LARGEST_BODY),
    ),
)
