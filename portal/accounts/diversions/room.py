"""The declaration of the accounts:diversions room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import EntryShape, PartInFile
from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.records import CallDiversions, SipId

IN_FILE = EntryShape(CallDiversions, ("func", "fnol", "fbus", "fnoa", "funv"))
ROOM = Room(
    "accounts:diversions",
    path="<key:address>/diversions/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getCallDiversions", writes=WriteMode.BY_POST),
        Page("forward-all", SIGNED_IN, asks="Sip.setCallDiversions", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Forwarding"), "forward", section=Section.OWN_CALLS),),
    resources=(
        Resource(
            name="account",
            part="diversions",
            label=_("diversions"),
            record=CallDiversions,
            edit_page="page",
            find=lambda ngnpro, key: ngnpro.sip.get_call_diversions(SipId.parse(key)),
            update=lambda ngnpro, key, record, _read: ngnpro.sip.set_call_diversions(SipId.parse(key), record),
            in_file=PartInFile(
                members={"diversions": CallDiversions},
                label=_("Forwarding"),
                shape=IN_FILE,
                write=lambda record, _secrets: {"diversions": IN_FILE.write(record)},
                read=lambda _key, members: IN_FILE.read(members["diversions"]),
            ),
            words={
                "FBUS": _("When busy"),
                "FNOA": _("When not answered"),
                "FNOL": _("When not online"),
                "FUNC": _("All calls"),
                "FUNV": _("When unavailable"),
            },
        ),
    ),
)
