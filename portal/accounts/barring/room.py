"""The declaration of the accounts:barring room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import PartInFile
from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.records import SipId

ROOM = Room(
    "accounts:barring",
    path="<key:address>/barring/",
    pages=(Page("page", SIGNED_IN, asks="Sip.getBarringPrefixes", writes=WriteMode.BY_POST),),
    menu=(Menu("page", _("Barring"), "block", section=Section.OWN_CALLS),),
    resources=(
        Resource(
            name="account",
            part="barring",
            label=_("barred prefixes"),
            edit_page="page",
            find=lambda ngnpro, key: {"prefixes": ngnpro.sip.get_barring_prefixes(SipId.parse(key))},
            update=lambda ngnpro, key, state, read: ngnpro.sip.set_barring_prefixes(
                SipId.parse(key), state["prefixes"], read and read["prefixes"]
            ),
            in_file=PartInFile(
                members={"barringPrefixes": tuple[str, ...]},
                label=_("Barred prefixes"),
                write=lambda state, _secrets: {"barringPrefixes": list(state["prefixes"])},
                read=lambda _key, members: {"prefixes": tuple(members["barringPrefixes"])},
            ),
            words={
                "prefixes": _("Barred prefixes"),
            },
        ),
    ),
)
