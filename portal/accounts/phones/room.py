"""The declaration of the accounts:phones room: its pages and their permissions, and its menu entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, BY_POST, EVERYBODY, SIGNED_IN, Menu, Page, Room, Section

ROOM = Room(
    "accounts:phones",
    path="",
    help="accounts",
    own_help="guides/subscribers#set-up-a-phone",
    pages=(
        Page("list", "<key:address>/devices/", "phones.DeviceList", SIGNED_IN, asks="Sip.getSipDeviceLocations"),
        Page(
            "drop",
            "<key:address>/devices/drop/",
            "phones.DevicesDrop",
            SIGNED_IN,
            asks="Platform.dropRegistrations",
            writes=ALWAYS,
        ),
        Page("set-up", "<key:address>/softphone/", "phones.Softphone", SIGNED_IN, asks="Sip.getAccount"),
        Page(
            "set-up-code",
            "<key:address>/softphone/code/",
            "phones.SoftphoneCode",
            SIGNED_IN,
            asks="Sip.getAccount",
            writes=ALWAYS,
        ),
        Page(
            "set-up-automatic",
            "<key:address>/softphone/automatic/",
            "automatic.Automatic",
            SIGNED_IN,
            asks="Sip.getAccount",
        ),
        Page(
            "set-up-automatic-link",
            "<key:address>/softphone/automatic/link/",
            "automatic.AutomaticLink",
            SIGNED_IN,
            asks="Sip.updateAccount",
            writes=ALWAYS,
        ),
        Page("fetch", "softphone/settings/<str:token>", "automatic.FetchSettings", EVERYBODY),
        Page("fetch-file", "softphone/settings/<str:token>/<str:file>", "automatic.FetchFile", EVERYBODY),
        Page("fetch-desk", "softphone/desk/<str:file>", "automatic.FetchByCertificate", EVERYBODY),
        Page("fetch-acrobits", "softphone/acrobits/", "automatic.FetchForAcrobits", EVERYBODY),
        Page("set-up-open", "softphone/link/<str:token>/", "phones.SoftphoneLink", EVERYBODY),
        Page("set-up-here", "softphone/phone/", "phones.SoftphoneHere", EVERYBODY),
        Page(
            "passwords",
            "<key:address>/passwords/",
            "passwords.PasswordsPage",
            SIGNED_IN,
            asks="Sip.updateAccount",
            writes=BY_POST,
        ),
        Page(
            "passwords-show",
            "<key:address>/passwords/show/",
            "passwords.ShowPassword",
            SIGNED_IN,
            asks="Sip.getAccount",
        ),
    ),
    menu=(
        Menu("list", _("Phones"), "device", section=Section.OWN_PHONES),
        Menu("set-up", _("Set up a phone"), "plus", section=Section.OWN_PHONES),
        Menu("passwords", _("Passwords"), "key", section=Section.OWN_PHONES),
    ),
    journal_actions={
        "addPhoneLink": _("Link for setting up a phone made"),
        "showPassword": _("Password shown"),
    },
)
