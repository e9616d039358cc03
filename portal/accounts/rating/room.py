"""The declaration of the accounts:rating room: its page, and who may change what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import Entry, EntryShape, PartInFile
from portal.core.rating_profiles import PROFILES, WORDS, find_profiles, store_profiles
from portal.core.resources import Resource
from portal.core.rooms import BY_POST, RESELLERS, Page, Room, member_rules
from portal.ngnpro.ports.rating import entity_of_account
from portal.ngnpro.records import RatingEntityProfiles, SipId

IN_FILE = EntryShape(RatingEntityProfiles, (*PROFILES, "timezone"))


def write_profiles(found: RatingEntityProfiles, _secrets: bool) -> Entry:
    """Return the member of an account with its rating profiles, ``None`` for no own ones."""
    return {"rating": IN_FILE.write(found) if found.profile_weekday else None}


ROOM = Room(
    "accounts:rating",
    path="<key:address>/",
    help="accounts#rating-profiles",
    pages=(Page("edit", "rating/", "AccountRating", RESELLERS, asks="Rating.getEntityProfiles", writes=BY_POST),),
    fields=member_rules(RatingEntityProfiles),
    resources=(
        Resource(
            name="account",
            part="rating",
            label=_("rating profiles"),
            record=RatingEntityProfiles,
            find=lambda ngnpro, key: find_profiles(ngnpro, entity_of_account(SipId.parse(key))),
            update=lambda ngnpro, _key, record, read: store_profiles(ngnpro, read, record),
            in_file=PartInFile(
                members={"rating": RatingEntityProfiles | None},
                label=_("Rating profiles"),
                shape=IN_FILE,
                write=write_profiles,
                read=lambda key, members: IN_FILE.read(
                    members.get("rating") or {}, entity=entity_of_account(SipId.parse(key))
                ),
            ),
            words=WORDS,
        ),
    ),
)
