"""Who may call an account and when, whom it rejects, and what it may not call."""

from __future__ import annotations

from datetime import timedelta

from ngnpro_server.ports.sip.settings.callers import NOBODY
from ngnpro_server.store.schema import accept_rules, barring_prefixes, reject_members, temporary_accept_rules

from .branches import Account, Branch
from .loading import Loader
from .making import Making
from .numbers import CHICAGO, PARIS

_WORKDAYS, _WEEKEND = 31, 96
_WEEKS = (
    ((_WORKDAYS, "08:30", "17:30", "everybody"), (_WORKDAYS, "17:31", "22:00", "family vip")),
    ((_WORKDAYS, "09:00", "18:00", "everybody"), (_WEEKEND, "10:00", "16:00", "friends family")),
    ((127, "07:00", "23:00", "business coworkers vip"),),
)
# numbers that cost more than others
_EXPENSIVE = ("+4490", "+49900", "+3190", "+1900", "+882", "+870")


def load_callers(making: Making, loader: Loader, branch: Branch) -> None:
    """Load rules for callers and barred destinations for some of the people."""
    for account in branch.people:
        chance = making.random.random()
        if chance < 0.10:
            _load_week(making, loader, account)
        elif chance < 0.13:
            minutes = making.random.choice((60, 240, 480))
            rule = {"groups": NOBODY, "expires": making.now + timedelta(minutes=minutes)}
            loader.add(temporary_accept_rules, {"account_id": account.id, **rule})
        if making.random.random() < 0.06:
            _load_rejected(making, loader, account)
        if account.is_in("free-pstn") and making.random.random() < 0.10:
            for prefix in making.random.sample(_EXPENSIVE, k=making.random.randint(1, 4)):
                loader.add(barring_prefixes, {"account_id": account.id, "prefix": prefix})


def _load_week(making: Making, loader: Loader, account: Account) -> None:
    for position, (days, start, stop, groups) in enumerate(making.random.choice(_WEEKS)):
        rule = {"position": position, "days": days, "start": start, "stop": stop, "groups": groups}
        loader.add(accept_rules, {"account_id": account.id, **rule})


def _load_rejected(making: Making, loader: Loader, account: Account) -> None:
    uris = [f"sip:00{block.number(making.random.randrange(60, 99))}@{account.domain}" for block in (CHICAGO, PARIS)]
    for position, uri in enumerate([*uris[: making.random.randint(1, 2)], "sip:*@spam.example"]):
        loader.add(reject_members, {"account_id": account.id, "position": position, "uri": uri})
