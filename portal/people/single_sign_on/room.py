"""The declaration of the room for single sign-on: its pages, who may open them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import BY_POST, EVERYBODY, RESELLERS, Menu, Page, Room, Section
from portal.people.viewers import SIGNED_ON

ROOM = Room(
    "people:single_sign_on",
    path="session/sso/",
    help="guides/signing-in",
    pages=(
        Page("settings", "settings/", "ProviderSettings", RESELLERS, writes=BY_POST),
        Page("start", "start/", "Start", EVERYBODY),
        Page("back", "back/", "Back", EVERYBODY),
        Page("signed-out", "signed-out/", "SignedOut", EVERYBODY),
    ),
    menu=(Menu("settings", _("Single sign-on"), "key", section=Section.SETTINGS),),
    journal_kinds={SIGNED_ON: _("Single sign-on")},
    journal_actions={
        "signInWithProvider": _("Signed in with a provider"),
        "setProvider": _("Provider set"),
    },
)
