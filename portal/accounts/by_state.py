"""Accounts in a state that NGNPro has no filter for: with a phone online, without one, prepaid with little left.

The first accounts that the other filters find are fetched and asked about, many with one call. So a page makes a
bounded number of calls to any NGNPro server, and it has to say if there are more accounts than were looked at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage
from portal.ngnpro.records import SipAccount, SipFilter

ONLINE, OFFLINE, LOW = "online", "offline", "low"
LOOKED_AT = frozenset({ONLINE, OFFLINE, LOW})
AT_A_TIME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFilter(SipFilter):
    """The conditions for SIP accounts, with a state of ``LOOKED_AT``. It cannot be sent to NGNPro."""

    state: str

    def for_ngnpro(self) -> SipFilter:
        """Return the conditions without the state."""
        return SipFilter(**{field.name: getattr(self, field.name) for field in dataclasses.fields(SipFilter)})


@dataclass(frozen=True, slots=True)
class AccountsInState:
    """The accounts that were found in a state; ``looked_at`` of the ``total`` that the other conditions find."""

    found: tuple[SipAccount, ...]
    looked_at: int
    total: int

    @property
    def is_partial(self) -> bool:
        return self.looked_at < self.total

    def page(self, window: Range | None) -> RecordPage[SipAccount]:
        """Return a window of the found accounts."""
        start, count = (window.start, window.count) if window else (0, len(self.found))
        return RecordPage(len(self.found), self.found[start : start + count])


def find_in_state(ngnpro: Ngnpro, conditions: StateFilter, order_by: OrderBy | None = None) -> AccountsInState:
    """Look for accounts in a state among the first that the other conditions find, 500 of them with two calls."""
    found: list[SipAccount] = []
    looked_at, most = 0, settings.ACCOUNTS_LOOKED_AT
    while True:
        window = Range(looked_at, min(AT_A_TIME, most - looked_at))
        page = ngnpro.sip.get_accounts(Query(filter=conditions.for_ngnpro(), order_by=order_by, range=window))
        found += _in_state(ngnpro, page.items, conditions.state) if page.items else ()
        looked_at += len(page.items)
        if not page.items or looked_at >= min(page.total, most):
            return AccountsInState(tuple(found), looked_at, page.total)


def _in_state(ngnpro: Ngnpro, accounts: Sequence[SipAccount], state: str) -> Iterator[SipAccount]:
    ids = [account.id for account in accounts]
    if state == LOW:
        for account, status in zip(accounts, ngnpro.sip.get_prepaid_status(ids), strict=False):
            if status.balance < settings.LOW_BALANCE:
                yield account
        return
    for account, devices in zip(accounts, ngnpro.sip.get_sip_device_locations(ids), strict=False):
        if bool(devices.locations) == (state == ONLINE):
            yield account
