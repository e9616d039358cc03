"""Aliases of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from ngnpro_server.store.schema import sip_aliases

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making

# general names of a company; each points to one of its shared phones
_DESKS = ("info", "sales", "support")
_SHARE = 0.2


def load_aliases(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load aliases: names for accounts with numbers, numbers for accounts with names, and general names."""
    taken = {account.username for account in branch.accounts}
    for username, account in _wanted(making, branch):
        if username in taken:
            continue
        taken.add(username)
        alias = {
            "id": loader.next_id(sip_aliases),
            "username": username,
            "domain": account.domain,
            "target_username": account.username,
            "target_domain": account.domain,
            "owner_id": branch.domain["customer"],
            "change_date": making.moment(account.created),
        }
        loader.add(sip_aliases, alias | branch.holder)


def _wanted(making: Making, branch: FilledOffice) -> Iterator[tuple[str, Account]]:
    yield from zip(_DESKS, branch.places, strict=False)
    for account in branch.people:
        other = account.number if branch.office.usernames == "name" else account.login
        if other and making.random.random() < _SHARE:
            yield other, account
