"""The menu and the frame around every page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import badges, service
from portal.core.access import may_open
from portal.core.auth import Role, Viewer

THEMES = ("light", "dark")
THEME_COOKIE = "portal-theme"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: the URL name of its page, its words, its icon in icons.svg, and the lines below it.

    The lines below are shown while one is among their rooms. ``address``: the SIP account that the page is about.
    ``counts``: a number may stand beside it (``portal.core.badges``); ``count`` is that number, 0 for none.
    ``alone``: the rooms inside its own are none of its business.
    """

    page: str
    label: str | Promise
    icon: str = ""
    below: tuple[Entry, ...] = ()
    address: str = ""
    counts: bool = False
    count: int = 0
    alone: bool = False

    @property
    def wing(self) -> str:
        """The first part of the room's name, which its neighbours share."""
        return self.page.partition(":")[0]

    @property
    def room(self) -> str:
        return self.page.rpartition(":")[0]

    @property
    def url(self) -> str:
        return reverse(self.page, kwargs={"address": self.address} if self.address else None)


ROUTING = (
    Entry("lcr:routes:list", _("Routes")),
    Entry("lcr:carriers:list", _("Carriers")),
    Entry("lcr:gateways:list", _("Gateways")),
    Entry("lcr:rules:list", _("Gateway rules")),
    Entry("lcr:peers:list", _("Trusted peers")),
    Entry("lcr:simulator:try", _("Try a number")),
    Entry("lcr:samples:list", _("Test numbers")),
    Entry("lcr:lint:page", _("Check the routing"), counts=True),
)
MENU = (
    (Entry("overview:home", _("Overview"), "overview"),),
    (
        Entry("customers:list", _("Customers"), "customers"),
        Entry("domains:list", _("Domains"), "domain"),
        Entry("accounts:list", _("Accounts"), "account"),
        Entry("aliases:list", _("Aliases"), "alias"),
        Entry("enum:numbers:list", _("Numbers"), "number"),
        Entry("enum:ranges:list", _("Number ranges"), "number"),
        Entry("lcr:routes:list", _("Routing"), "route", ROUTING),
    ),
    (
        Entry("journal:list", _("Journal"), "journal"),
        Entry("mail:outbox:list", _("Outbox"), "mail"),
        Entry("mail:templates:list", _("Mails"), "mail"),
    ),
)
# What the user of an account sees instead: the parts of his account. On a phone, TABS stay at the bottom of the page.
HOME = Entry("accounts:home:page", _("Home"), "home")
CALLS = Entry("accounts:calls:list", _("Calls"), "phone")
VOICEMAIL = Entry("accounts:voicemail:page", _("Voicemail"), "voicemail")
CONTACTS = Entry("accounts:contacts:list", _("Contacts"), "contacts")
OWN_SETTINGS = Entry("accounts:settings:page", _("Settings"), "settings")
TABS = (HOME, CALLS, VOICEMAIL, CONTACTS, OWN_SETTINGS)
OWN_MENU = (
    (HOME,),
    (
        CALLS,
        VOICEMAIL,
        CONTACTS,
        Entry("accounts:diversions:page", _("Forwarding"), "forward"),
        Entry("accounts:incoming:page", _("Do not disturb"), "moon"),
        Entry("accounts:barring:page", _("Barring"), "block"),
        Entry("accounts:credit:page", _("Credit"), "credit"),
    ),
    (
        Entry("accounts:devices:list", _("Phones"), "device"),
        Entry("accounts:softphone:page", _("Set up a phone"), "plus"),
        Entry("accounts:passwords:page", _("Passwords"), "key"),
        OWN_SETTINGS,
    ),
)
MAIL_FOLDER = Entry("mail:folder", _("Mail folder"), "mail", alone=True)
SETTINGS = (
    Entry("operators:list", _("Operators"), "account"),
    Entry("operators:locks:list", _("Wrong sign-ins"), "clock"),
)

ROLE_NAMES = {
    Role.NOBODY: _("Nobody"),
    Role.OPERATOR: _("Operator"),
    Role.RESELLER: _("Reseller"),
    Role.CUSTOMER: _("Customer"),
    Role.SUBSCRIBER: _("Subscriber"),
}


def menu_for(viewer: Viewer, room: str = "") -> list[list[Entry]]:
    """List the groups of the menu with what this viewer may open, seen from a room."""
    if viewer.account:
        return [own for group in OWN_MENU if (own := own_entries(viewer, group))]
    groups = [*MENU, *([] if settings.EMAIL_HOST else [(MAIL_FOLDER,)])]
    allowed = [[with_lines(viewer, entry) for entry in group if may_open(viewer, entry.page)] for group in groups]
    if pages := settings_for(viewer):
        here = next((entry for entry in pages if entry.room == room), pages[0])
        allowed.append([replace(here, label=_("Settings"), icon="settings")])
    return [group for group in allowed if group]


def own_entries(viewer: Viewer, entries: tuple[Entry, ...]) -> list[Entry]:
    """Leave those pages of a subscriber's account that he may open."""
    return [replace(entry, address=viewer.account) for entry in entries if may_open(viewer, entry.page)]


def entry_of(menu: list[list[Entry]], room: str) -> str:
    """Find the entry under which a room is: its own, or that of the room around it; the entry's room, or nothing."""
    around = (
        entry.room
        for group in menu
        for entry in group
        if entry.room == room or (room.startswith(f"{entry.room}:") and not entry.alone)
    )
    return max(around, key=len, default="")


def with_lines(viewer: Viewer, entry: Entry) -> Entry:
    """Leave those lines below an entry that the viewer may open, with their numbers, and the sum of these above."""
    below = tuple(with_number(viewer, line) for line in entry.below if may_open(viewer, line.page))
    return replace(entry, below=below, count=sum(line.count for line in below))


def with_number(viewer: Viewer, line: Entry) -> Entry:
    """Give a line the number that is kept for it."""
    return replace(line, count=badges.number_of(viewer, line.page)) if line.counts else line


def settings_for(viewer: Viewer) -> list[Entry]:
    """List the pages of settings that this viewer may open; the menu has one entry for all of them."""
    return [entry for entry in SETTINGS if may_open(viewer, entry.page)]


def engines_of(viewer: Viewer) -> list[str]:
    """Name the NGNPro servers that the viewer may change to; none where there is only one."""
    names = [engine.name for engine in service.engines().for_reseller()] if may_open(viewer, "session:engine") else []
    return names if len(names) > 1 else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template the menu, the current room, the viewer's role in words and the theme."""
    viewer = getattr(request, "viewer", Viewer(Role.NOBODY))
    match = request.resolver_match
    theme = request.COOKIES.get(THEME_COOKIE, "")
    menu = menu_for(viewer, match.namespace if match else "")
    return {
        "menu": menu,
        "here": entry_of(menu, match.namespace) if match else "",
        "settings_menu": settings_for(viewer),
        "tabbar": own_entries(viewer, TABS) if viewer.account else [],
        "find": request.GET.get("q", "") if match and match.view_name == "overview:search" else "",
        "room": match.namespace if match else "",
        "wing": match.namespace.partition(":")[0] if match else "",
        "viewer": viewer,
        "engines": engines_of(viewer),
        "may_act": may_open(viewer, "session:act") and viewer.acting is None,
        "role_name": ROLE_NAMES[viewer.role],
        "theme": theme if theme in THEMES else "",
    }
