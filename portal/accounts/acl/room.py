"""The declaration of the accounts:acl room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room, WriteMode

ROOM = Room(
    "accounts:acl",
    path="<key:address>/acl/",
    pages=(Page("page", STAFF, asks="Sip.updateAccount", writes=WriteMode.BY_POST),),
)
