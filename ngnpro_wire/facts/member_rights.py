"""Who may change which member of a record: the rules that our server and the portal both enforce.

Another server may leave them to its clients (contract: Ownership, resellers and rights). The levels are those of the
permissions of customer properties. Users of SIP accounts have none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .customer_properties import PERMISSIONS
from .telephone_numbers import is_country_code

CUSTOMER, RESELLER, ADMIN = PERMISSIONS
# Rights of customers count only if their reseller has them as well (contract: Ownership, resellers and rights).
INHERITED_RIGHTS = frozenset({"pstn_changes", "prepaid_changes"})
# How many calls at a time a trusted peer has that a reseller adds; 0, as for administrators, would be no limit.
NEW_PEERS_CALLS = 30
# The settings of the platform for the lowest level, and what they are where nothing else is said.
SETTINGS: Mapping[str, str] = {"call_limit_changed_by": RESELLER, "access_list_changed_by": RESELLER}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRight:
    """Who may change a member.

    ``level``: the lowest level that may, unless the platform's ``setting`` says another. ``right``: the property that
    levels below the administrator also need. ``when_new``: the value of a new record for those who may not change the
    member, if it is not the empty one.
    """

    level: str = CUSTOMER
    right: str = ""
    setting: str = ""
    when_new: Any = None

    def lowest(self, settings: Mapping[str, str]) -> str:
        """Return the lowest level that may change the member, with these settings of the platform."""
        return settings.get(self.setting, self.level)


_PSTN = MemberRight(right="pstn_changes")
_PREPAID = MemberRight(right="prepaid_changes")
_BY_RESELLER, _BY_ADMIN = MemberRight(level=RESELLER), MemberRight(level=ADMIN)

# By the type of the record and the member, both by wire name; ``groups.<name>`` is the membership of a group.
MEMBER_RIGHTS: Mapping[str, Mapping[str, MemberRight]] = {
    "SipAccount": {
        "prepaid": MemberRight(right="prepaid_changes", when_new=True),
        "quota": _PSTN,
        "rpid": _PSTN,
        "callLimit": MemberRight(level=RESELLER, right="pstn_changes", setting="call_limit_changed_by"),
        "acl": MemberRight(level=RESELLER, setting="access_list_changed_by"),
        "groups.free-pstn": _PSTN,
        "groups.prepaid": _PREPAID,
        "groups.sms": MemberRight(right="sms_access"),
        "groups.quota": _BY_RESELLER,
        "groups.trunking": _BY_RESELLER,
        "groups.deny-password-change": _BY_RESELLER,
        "groups.rate-on-net": _BY_RESELLER,
        "groups.payments": _BY_RESELLER,
        "groups.intercept": _BY_RESELLER,
    },
    "TrustedPeer": {
        "callLimit": MemberRight(level=ADMIN, when_new=NEW_PEERS_CALLS),
        "transit": _BY_ADMIN,
        "tenant": _BY_ADMIN,
        "blocked": _BY_ADMIN,
        # who pays how, and which routes and carriers its calls use
        "prepaid": _BY_ADMIN,
        "carrierName": _BY_ADMIN,
        "originator": _BY_ADMIN,
        "enumLookup": MemberRight(level=ADMIN, when_new=True),
    },
    # What somebody pays for calls is for those who charge it.
    "RatingEntityProfiles": dict.fromkeys(
        ("profileWeekday", "profileWeekdayAlt", "profileWeekend", "profileWeekendAlt", "timezone"),
        MemberRight(level=RESELLER, right="pstn_changes"),
    ),
    # A range that is a whole country code.
    "EnumRange": {"prefix": _BY_ADMIN},
}


def is_at_least(level: str, lowest: str) -> bool:
    """Return whether a level may do what ``lowest`` and all above it may."""
    return PERMISSIONS.index(level) >= PERMISSIONS.index(lowest)


def changed_groups(before: Collection[str], after: Collection[str]) -> Iterator[str]:
    """Yield the groups that only one of the two states has, as they are named in ``MEMBER_RIGHTS``, sorted."""
    return (f"groups.{name}" for name in sorted({*before} ^ {*after}))


def needs_administrator(prefix: str) -> bool:
    """Return whether a new ENUM range takes a whole country, so that it needs the right to ``EnumRange.prefix``."""
    return is_country_code(prefix)
