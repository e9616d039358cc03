"""The contents of an office: the accounts of its SIP domain, and the records that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ngnpro_server.call import Record
from ngnpro_server.store import accounts, aliases, enum, groups
from ngnpro_server.store.schema import (
    accept_rules,
    account_acl,
    account_groups,
    account_properties,
    balance_history,
    balances,
    barring_prefixes,
    diversions,
    enum_mappings,
    enum_numbers,
    mailboxes,
    phonebook,
    reject_members,
    sip_accounts,
    sip_aliases,
    temporary_accept_rules,
)
from ngnpro_server.store.schema.proxy import calls, location, sip_trace

from .account_settings import load_callers, load_mailboxes, load_phonebooks
from .aliases import load_aliases
from .balances import load_balances
from .branches import FilledOffice
from .calls import load_calls
from .devices import load_devices
from .loading import Loader, open_loader
from .making import Making
from .offices import Office
from .ranges import Range, load_numbers
from .rows import load_accounts

_TABLES = (
    sip_accounts,
    account_groups,
    account_properties,
    account_acl,
    sip_aliases,
    enum_numbers,
    enum_mappings,
    mailboxes,
    diversions,
    accept_rules,
    temporary_accept_rules,
    reject_members,
    barring_prefixes,
    phonebook,
    balances,
    balance_history,
)
_PROXY_TABLES = (location, calls, sip_trace)
_TALLIES = ((accounts.TALLY, sip_accounts), (aliases.TALLY, sip_aliases), (enum.NUMBERS, enum_numbers))


@contextmanager
def open_office_loader(making: Making, expected: int) -> Iterator[Loader]:
    """Load the contents of offices with about ``expected`` accounts in total; update the stored counts at the end."""
    with open_loader(expected, (making.connection, _TABLES), (making.proxy, _PROXY_TABLES)) as loader:
        yield loader
    for tally, table in _TALLIES:
        tally.recount(making.connection, table)
    groups.recount_groups(making.connection)


def furnish_office(making: Making, loader: Loader, office: Office, domain: Record, ranges: list[Range]) -> FilledOffice:
    """Load an office into its ``domain``: accounts and the records that most have; numbers go into ``ranges``."""
    branch = load_accounts(making, loader, office, domain)
    load_aliases(making, loader, branch)
    load_numbers(making, loader, branch, ranges)
    load_mailboxes(making, loader, branch)
    load_devices(making, loader, branch)
    return branch


def furnish_office_fully(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load the records that only some accounts have, and calls."""
    load_callers(making, loader, branch)
    load_phonebooks(making, loader, branch)
    load_balances(making, loader, branch)
    load_calls(making, loader, branch)
