"""Who may open and change what happens to an account's incoming calls."""

from __future__ import annotations

from typing import Any, ClassVar

from portal.ngnpro.records import SipId
from tests.support.page_cases import ADA, ViewerCases
from tests.support.portal import Platform


class TestViewers(ViewerCases):
    url = f"/accounts/{ADA}/incoming/"
    forms: ClassVar = {
        "": {"days_0": ["1"], "start_0": "09:00", "stop_0": "10:00", "groups_0": ["vip"], "rest": "nobody"},
        "disturb/": {"for": "hour"},
        "reject/add/": {"caller": "spam@other.example"},
        "reject/remove/": {"caller": "sip:spam@other.example"},
    }
    buttons = ("Save the weekly rules", "30 minutes", "Reject this caller")

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        sip_id = SipId.parse(address)
        rules = platform.ngnpro.sip.get_accept_rules(sip_id).rules
        return rules.persistent, rules.temporary.groups, platform.ngnpro.sip.get_reject_members(sip_id)
