"""The declaration of the accounts:presence room: its page and its part of the account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import BY_POST, STAFF, Page, Room
from portal.ngnpro.records import PresenceInformation

from .services import find_presence, store_presence

ROOM = Room(
    "accounts:presence",
    path="<key:address>/",
    help="accounts#presence",
    pages=(Page("edit", "presence/", "PresenceEdit", STAFF, asks="Presence.getPresenceInformation", writes=BY_POST),),
    resources=(
        Resource(
            name="account",
            part="presence",
            label=_("presence"),
            record=PresenceInformation,
            find=find_presence,
            update=lambda ngnpro, key, record, _read: store_presence(ngnpro, key, record),
            words={"activity": _("Presence"), "note": _("Note")},
        ),
    ),
)
