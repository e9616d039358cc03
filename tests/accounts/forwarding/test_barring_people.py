"""Who may see and change which numbers an account may not call."""

from __future__ import annotations

from typing import Any, ClassVar

from portal.ngnpro.records import SipId
from tests.support.page_cases import ADA, ViewerCases
from tests.support.portal import Platform


class TestViewers(ViewerCases):
    url = f"/accounts/{ADA}/barring/"
    forms: ClassVar = {"": {"prefixes": "+49900"}}
    buttons = ("Save barring",)

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        return platform.ngnpro.sip.get_barring_prefixes(SipId.parse(address))
