"""The declaration of the accounts:voicemail room: its pages and their permissions, menu entry and resources."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.accounts.voicemail.choices import MOST_UPLOADED
from portal.core.file_entries import CdrtoolList, Entry, EntryShape, IsWeak, PartInFile
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, BY_POST, SIGNED_IN, Menu, Page, Room, Section
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId, VoicemailAccount, VoicemailOptions

IN_FILE = EntryShape(
    VoicemailAccount,
    ("name", "email", "options"),
    secrets=("password",),
    nested=(EntryShape(VoicemailOptions, ("delete",)),),
)


def write_mailbox(mailbox: Any, secrets: bool) -> Entry:
    """Return the entry of a domain file for a mailbox; its value is ``None`` if the account has no mailbox."""
    return {"mailbox": IN_FILE.write(mailbox, secrets=secrets) if mailbox else None}


def without_weak_pin(entry: Entry, is_weak: IsWeak) -> tuple[Entry, list[str]]:
    """Return an account's entry without a PIN that the policy refuses, and messages about it."""
    mailbox = entry.get("mailbox") or {}
    if not is_weak(PasswordKind.PIN, mailbox.get("password", "")):
        return entry, []
    kept = {name: value for name, value in mailbox.items() if name != "password"}
    said = gettext("The PIN of its mailbox is too easy to guess, so the mailbox gets a new one.")
    return {**entry, "mailbox": kept}, [said]


ROOM = Room(
    "accounts:voicemail",
    path="<key:address>/voicemail/",
    help="accounts#greetings",
    own_help="guides/subscribers#voicemail",
    pages=(
        Page("page", "", "MailboxEdit", SIGNED_IN, asks="Voicemail.getAccount", writes=BY_POST),
        Page("add", "add/", "MailboxAdd", SIGNED_IN, asks="Voicemail.addAccount", writes=ALWAYS),
        Page("delete", "delete/", "MailboxDelete", SIGNED_IN, asks="Voicemail.deleteAccount", writes=ALWAYS),
        Page("greeting", "greeting/", "GreetingSound", SIGNED_IN, asks="Voicemail.getAccount"),
        Page(
            "add-greeting",
            "greeting/add/",
            "GreetingAdd",
            SIGNED_IN,
            asks="Voicemail.setAnnouncement",
            writes=ALWAYS,
            upload=MOST_UPLOADED,
        ),
        Page(
            "delete-greeting",
            "greeting/delete/",
            "GreetingDelete",
            SIGNED_IN,
            asks="Voicemail.setAnnouncement",
            writes=ALWAYS,
        ),
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
            update=lambda ngnpro, _key, record, _read: ngnpro.voicemail.update_account(record),
            delete=lambda ngnpro, record: ngnpro.voicemail.delete_account(record.sip_id),
            in_file=PartInFile(
                members={"mailbox": VoicemailAccount | None},
                label=_("Mailbox"),
                shape=IN_FILE,
                first=True,
                write=write_mailbox,
                read=lambda key, members: IN_FILE.read(members["mailbox"], sip_id=SipId.parse(key)),
                settle=without_weak_pin,
                cdrtool=CdrtoolList(name="voicemail_accounts", keys={"address": "sipId"}),
            ),
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
