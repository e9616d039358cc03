"""The menu, the numbers beside its lines, and the template context that every page needs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from portal.core import servers
from portal.core.access import may_open
from portal.core.markup import page_url
from portal.core.rooms import Menu, Section, help_of_room, menu_lines
from portal.core.viewer import Role, Viewer

THEMES = ("light", "dark")
THEME_COOKIE = "portal-theme"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu as a page shows it: the URL name of its page, its label, icon, and the lines below it.

    ``address`` is the SIP account that the page is about, ``count`` the number beside the line, 0 for none. ``alone``:
    the line is not marked in the rooms inside its own.
    """

    page: str
    label: str | Promise
    icon: str = ""
    below: tuple[Entry, ...] = ()
    address: str = ""
    count: int = 0
    alone: bool = False

    @property
    def outer_room(self) -> str:
        """Return the first part of the room's name, which the rooms of the same section share."""
        return self.page.partition(":")[0]

    @property
    def room(self) -> str:
        return self.page.rpartition(":")[0]

    @property
    def url(self) -> str:
        return page_url(self.page, self.address) if self.address else page_url(self.page)


ROLE_NAMES = {
    Role.NOBODY: _("Not signed in"),
    Role.OPERATOR: _("Operator"),
    Role.RESELLER: _("Reseller"),
    Role.CUSTOMER: _("Customer"),
    Role.SUBSCRIBER: _("Subscriber"),
}


STAFF_SECTIONS = (Section.START, Section.PLATFORM, Section.RECORDS)
OWN_SECTIONS = (Section.OWN_START, Section.OWN_CALLS, Section.OWN_PHONES)


def menu_for(viewer: Viewer, room: str = "") -> list[list[Entry]]:
    """List the groups of the menu with the entries that this viewer may open; ``room`` is the room they are in."""
    if viewer.account:
        groups = [section_for(viewer, section) for section in OWN_SECTIONS]
        return [group for group in groups if group]
    sections = STAFF_SECTIONS if settings.EMAIL_HOST else (*STAFF_SECTIONS, Section.FOLDER)
    groups = [section_for(viewer, section) for section in sections]
    if lines := section_for(viewer, Section.SETTINGS):
        here = next((entry for entry in lines if entry.room == room), lines[0])
        groups.append([replace(here, label=_("Settings"), icon="settings")])
    return [group for group in groups if group]


def section_for(viewer: Viewer, section: Section) -> list[Entry]:
    """List the entries of a section that the viewer may open; a subscriber's are for their own account."""
    lines = [(page, line) for page, line in menu_lines() if line.section is section and not line.under]
    return [entry_for(viewer, page, line) for page, line in lines if may_open(viewer, page)]


def tabs_for(viewer: Viewer) -> list[Entry]:
    """List the tabs shown to a subscriber at the bottom of a phone's screen."""
    lines = [(page, line) for page, line in menu_lines() if line.tab and viewer.account]
    lines.sort(key=lambda line: OWN_SECTIONS.index(line[1].section))
    return [entry_for(viewer, page, line) for page, line in lines if may_open(viewer, page)]


def entry_for(viewer: Viewer, page: str, line: Menu) -> Entry:
    """Build the entry of a menu line, with the lines below it that the viewer may open and the sum of their numbers."""
    outer_room = page.partition(":")[0]
    below = tuple(
        entry_for(viewer, inner, other)
        for inner, other in menu_lines()
        if other.under == outer_room and not line.under and may_open(viewer, inner)
    )
    count = badge_number(viewer, page) if line.counts else sum(entry.count for entry in below)
    return Entry(page, line.label, line.icon, below, viewer.account, count, line.alone)


def entry_of(menu: list[list[Entry]], page: str) -> str:
    """Return the page of the menu entry to mark for a page: in its room or a room around it; empty if there is none."""
    room = page.rpartition(":")[0]
    entries = [entry for group in menu for entry in group]
    if own := main_page_of(page, [entry.page for entry in entries]):
        return own
    around = (entry for entry in entries if room.startswith(f"{entry.room}:") and not entry.alone)
    return max(around, key=lambda entry: len(entry.room), default=Entry("", "")).page


def main_page_of(page: str, lines: list[str]) -> str:
    """Return which of these lines a page belongs to: ``calls:credit`` for ``calls:credit-add``, else the room's first.

    Pages are named by their URL names. Returns an empty string if no line is in the room of the page.
    """
    own = [line for line in lines if line.rpartition(":")[0] == page.rpartition(":")[0]]
    return next((line for line in own if page == line or page.startswith(f"{line}-")), own[0] if own else "")


def engines_of(viewer: Viewer) -> list[str]:
    """List the NGNPro servers that the viewer may switch to; empty if there is only one."""
    names = (
        [engine.name for engine in servers.engines().for_reseller()]
        if may_open(viewer, "people:sign_in:engine") and not viewer.tree
        else []
    )
    return names if len(names) > 1 else []


def help_url(viewer: Viewer, room: str) -> str:
    """Return the address of the help about a room, or of the help's first page; empty for those who may not open it."""
    if not may_open(viewer, "help:index"):
        return ""
    name, hash_sign, anchor = help_of_room(room, own=bool(viewer.account)).partition("#")
    return f"{page_url('help:page', name)}{hash_sign}{anchor}" if name else page_url("help:index")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every template: menu, current room, viewer, name of their role, theme and language."""
    viewer = getattr(request, "viewer", Viewer(Role.NOBODY))
    match = request.resolver_match
    theme = request.COOKIES.get(THEME_COOKIE, "")
    menu = menu_for(viewer, match.namespace if match else "")
    return {
        "menu": menu,
        "here": entry_of(menu, match.view_name) if match else "",
        "settings_menu": section_for(viewer, Section.SETTINGS),
        "tabbar": tabs_for(viewer),
        "help_url": help_url(viewer, match.namespace if match else ""),
        "find": request.GET.get("q", "") if match and match.view_name == "overview:search" else "",
        "room": match.namespace if match else "",
        "viewer": viewer,
        "engines": engines_of(viewer),
        "may_act": may_open(viewer, "people:sign_in:act") and viewer.acting is None,
        "role_name": ROLE_NAMES[viewer.role],
        **language_context(),
        "theme": theme if theme in THEMES else "",
        "session_minutes": 0 if viewer.is_nobody else int(settings.SESSION_IDLE_MINUTES or 0),
    }


def language_context() -> dict[str, Any]:
    """Return the context about the language of a page, which also pages without a database have."""
    return {
        "page_languages": settings.LANGUAGES,
        "page_language": get_language() or settings.LANGUAGE_CODE,
        "right_to_left": get_language_bidi(),
    }


BADGE_SECONDS = 180
BADGE_KEY = "menu-badges"


def keep_badge(viewer: Viewer, page: str, number: int | None) -> None:
    """Store the number beside a page for viewers of the same scope; ``None`` if there was too much to count."""
    scopes = {scope: kept for scope, kept in _badges_of(page).items() if kept[1] > time.time()}
    cache.set(f"{BADGE_KEY}:{page}", {**scopes, viewer.scope: (number, time.time() + BADGE_SECONDS)}, BADGE_SECONDS)


def is_badge_kept(viewer: Viewer, page: str) -> bool:
    """Return whether the number beside a page is cached, so that it need not be counted now."""
    return _badges_of(page).get(viewer.scope, (None, 0.0))[1] > time.time()


def badge_number(viewer: Viewer, page: str) -> int:
    """Return the number beside a page; 0 if none is cached."""
    number, until = _badges_of(page).get(viewer.scope, (None, 0.0))
    return number or 0 if until > time.time() else 0


def forget_badge(page: str) -> None:
    """Delete the cached numbers of a page for all viewers, because something changed."""
    cache.delete(f"{BADGE_KEY}:{page}")


def _badges_of(page: str) -> Mapping[str, tuple[int | None, float]]:
    return cache.get(f"{BADGE_KEY}:{page}") or {}
