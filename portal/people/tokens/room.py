"""The declaration of the people:tokens room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import STAFF, Menu, Page, Room, Section

from .services import KIND

ROOM = Room(
    "people:tokens",
    path="tokens/",
    help="api#tokens",
    pages=(
        Page("list", "", "TokenList", STAFF, own=True),
        Page("add", "add/", "TokenAdd", STAFF, own=True),
        Page("added", "<uuid:api_token>/added/", "TokenAdded", STAFF, own=True),
        Page("revoke", "<uuid:api_token>/revoke/", "TokenRevoke", STAFF, own=True),
        Page("resume", "<uuid:api_token>/resume/", "TokenResume", STAFF, own=True),
    ),
    menu=(Menu("list", _("API tokens"), "key", section=Section.SETTINGS),),
    journal_kinds={KIND: _("API token")},
    journal_actions={
        "addToken": _("Token made"),
        "revokeToken": _("Token revoked"),
        "resumeToken": _("Token resumed"),
    },
)
