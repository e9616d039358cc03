"""The declaration of the accounts:own room: its pages and their permissions, and its menu entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import BY_POST, EVERYBODY, SUBSCRIBERS, Menu, Page, Room, Section

ROOM = Room(
    "accounts:own",
    path="",
    own_help="guides/subscribers",
    pages=(
        Page("home", "<key:address>/home/", "OwnHome", SUBSCRIBERS, asks="Sip.getAccount"),
        Page("settings", "<key:address>/settings/", "OwnSettings", SUBSCRIBERS, asks="Sip.updateAccount"),
        Page("aliases", "<key:address>/aliases/", "OwnAliases", SUBSCRIBERS, asks="Sip.getAliases", writes=BY_POST),
        Page("removal", "<key:address>/removal/", "RemovalRequest", SUBSCRIBERS, asks="Sip.deleteAccount"),
        Page("removal-open", "removal/link/<str:token>/", "RemovalLink", EVERYBODY),
        Page("password-open", "password/link/<str:token>/", "PasswordLinkOpened", EVERYBODY),
        Page("password", "password/new/", "PasswordShown", EVERYBODY),
        Page("removal-confirm", "removal/confirm/", "RemovalConfirm", EVERYBODY),
    ),
    menu=(
        Menu("home", _("Home"), "home", section=Section.OWN_START, tab=True),
        Menu("aliases", _("Aliases"), "alias", section=Section.OWN_PHONES),
        Menu("settings", _("Settings"), "settings", section=Section.OWN_PHONES, tab=True),
    ),
)
