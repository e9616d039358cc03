"""The declaration of the customers:rating room: its page, and who may change what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rating_profiles import WORDS, find_profiles, store_profiles
from portal.core.resources import Resource
from portal.core.rooms import BY_POST, RESELLERS, Page, Room, member_rules
from portal.ngnpro.ports.rating import entity_of_customer
from portal.ngnpro.records import RatingEntityProfiles

ROOM = Room(
    "customers:rating",
    path="<int:customer>/",
    help="accounts#rating-profiles",
    pages=(Page("edit", "rating/", "CustomerRating", RESELLERS, asks="Rating.getEntityProfiles", writes=BY_POST),),
    fields=member_rules(RatingEntityProfiles),
    resources=(
        Resource(
            name="customer",
            part="rating",
            label=_("rating profiles"),
            record=RatingEntityProfiles,
            find=lambda ngnpro, key: find_profiles(ngnpro, entity_of_customer(int(key))),
            update=lambda ngnpro, _key, record, read: store_profiles(ngnpro, read, record),
            words=WORDS,
        ),
    ),
)
