"""The declaration of the accounts:voicemail room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId, VoicemailAccount

ROOM = Room(
    "accounts:voicemail",
    path="<key:address>/voicemail/",
    pages=(
        Page("page", SIGNED_IN, asks="Voicemail.getAccount", writes=WriteMode.BY_POST),
        Page("add", SIGNED_IN, asks="Voicemail.addAccount", writes=WriteMode.ALWAYS),
        Page("delete", SIGNED_IN, asks="Voicemail.deleteAccount", writes=WriteMode.ALWAYS),
        Page("greeting", SIGNED_IN, asks="Voicemail.getAccount"),
        Page("add-greeting", SIGNED_IN, asks="Voicemail.setAnnouncement", writes=WriteMode.ALWAYS),
        Page("delete-greeting", SIGNED_IN, asks="Voicemail.setAnnouncement", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Voicemail"), "voicemail", section=Section.OWN_CALLS, tab=True),),
    resources=(
        Resource(
            name="account",
            part="mailbox",
            noun="Account",
            label=_("mailbox"),
            record=VoicemailAccount,
            key=lambda record: str(record.sip_id).lower(),
            read_only=frozenset({"mailbox", "info"}),
            edit_page="page",
            find=lambda ngnpro, key: or_none(ngnpro.voicemail.get_account, SipId.parse(key)),
            add=lambda ngnpro, record: ngnpro.voicemail.add_account(record),
            update=lambda ngnpro, _key, record: ngnpro.voicemail.update_account(record),
            delete=lambda ngnpro, record: ngnpro.voicemail.delete_account(record.sip_id),
            words={
                "options": _("Options"),
                "sipId": _("Key"),
            },
        ),
        Resource(
            name="account", part="greeting", label=_("greeting"), edit_page="page", words={"greeting": _("Greeting")}
        ),
    ),
)
