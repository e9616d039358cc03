"""The declaration of the accounts:contacts room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:contacts",
    path="<key:address>/contacts/",
    pages=(
        Page("list", SIGNED_IN, asks="Sip.getPhonebookEntries"),
        Page("add", SIGNED_IN, asks="Sip.addPhonebookEntry", writes=WriteMode.ALWAYS),
        Page("add-many", SIGNED_IN, asks="Sip.addPhonebookEntry", writes=WriteMode.ALWAYS),
        Page("export", SIGNED_IN, asks="Sip.getPhonebookEntries"),
        Page("edit", SIGNED_IN, asks="Sip.updatePhonebookEntry", writes=WriteMode.ALWAYS),
        Page("delete", SIGNED_IN, asks="Sip.deletePhonebookEntry", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Contacts"), "contacts", section=Section.OWN_CALLS, tab=True),),
    resources=(Resource(name="account", part="phonebook", label=_("contact"), words={"uri": _("Number or address")}),),
)
