"""The declaration of the accounts:contacts room: its pages and their permissions, menu entry and resource."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import EntriesInFile, EntryShape
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, SIGNED_IN, SUBSCRIBERS, Menu, Page, Room, Section
from portal.ngnpro import Ngnpro, Range
from portal.ngnpro.records import PhonebookEntry, SipId

PHONEBOOK_PAGE = 500


def all_contacts(ngnpro: Ngnpro, address: str) -> list[PhonebookEntry]:
    """Fetch the whole phonebook of an account, sorted by address."""
    sip_id, found = SipId.parse(address), list[PhonebookEntry]()
    while True:
        window = ngnpro.sip.get_phonebook_entries(sip_id, window=Range(len(found), PHONEBOOK_PAGE))
        found += window.entries
        if len(window.entries) < PHONEBOOK_PAGE:
            return sorted(found, key=lambda one: one.uri)


ROOM = Room(
    "accounts:contacts",
    path="<key:address>/contacts/",
    help="accounts#contacts",
    own_help="guides/subscribers#contacts-and-calls",
    pages=(
        Page("list", "", "ContactList", SIGNED_IN, asks="Sip.getPhonebookEntries"),
        Page("add", "add/", "ContactAdd", SIGNED_IN, asks="Sip.addPhonebookEntry", writes=ALWAYS),
        Page("add-many", "import/", "ContactImport", SIGNED_IN, asks="Sip.addPhonebookEntry", writes=ALWAYS),
        Page("directory", "directory/", "Directory", SUBSCRIBERS, asks="Sip.getAccounts"),
        Page("export", "export/", "ContactExport", SIGNED_IN, asks="Sip.getPhonebookEntries"),
        Page("edit", "<key:contact>/edit/", "ContactEdit", SIGNED_IN, asks="Sip.updatePhonebookEntry", writes=ALWAYS),
        Page(
            "delete",
            "<key:contact>/delete/",
            "ContactDelete",
            SIGNED_IN,
            asks="Sip.deletePhonebookEntry",
            writes=ALWAYS,
        ),
    ),
    menu=(Menu("list", _("Contacts"), "contacts", section=Section.OWN_CALLS, tab=True),),
    resources=(
        Resource(
            name="account",
            part="phonebook",
            label=_("contact"),
            columns=("uri", "name", "group", "firstName", "lastName"),
            in_file=EntriesInFile(
                member="phonebook",
                label=_("Contacts"),
                shape=EntryShape(PhonebookEntry, ("uri", "name", "group", "first_name", "last_name")),
                key="uri",
                fetch=all_contacts,
                add=lambda ngnpro, address, contact: ngnpro.sip.add_phonebook_entry(SipId.parse(address), contact),
                change=lambda ngnpro, address, contact: ngnpro.sip.update_phonebook_entry(
                    SipId.parse(address), contact
                ),
                delete=lambda ngnpro, address, uri: ngnpro.sip.delete_phonebook_entry(SipId.parse(address), uri),
            ),
            words={"uri": _("Number or address")},
        ),
    ),
)
