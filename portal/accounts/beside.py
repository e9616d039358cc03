"""What the list of accounts shows besides its records, with a number of messages that does not grow with the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from portal.accounts.status import Unknown, begin_fetch_or_unknown, latest_calls
from portal.core.at_once import Together
from portal.ngnpro import CallPlan, Ngnpro
from portal.ngnpro.records import Call, CallDiversions, SipAccount, SipDeviceLocation

T = TypeVar("T")
FORWARDING, LAST_CALL = "forwarding", "last_call"
# Columns for which NGNPro has to be asked about each account: only where it takes many calls in one message.
ONE_BY_ONE = frozenset({FORWARDING, LAST_CALL})


@dataclass(frozen=True, slots=True)
class BesideAccounts:
    """Additional data of the account list, by address; unknown values are left out.

    ``unasked`` are the columns that stay empty, because this NGNPro server does not take many calls in one message.
    """

    devices: Mapping[str, tuple[SipDeviceLocation, ...]]
    balances: Mapping[str, float]
    diversions: Mapping[str, CallDiversions] = field(default_factory=dict)
    calls: Mapping[str, tuple[tuple[str, Call], ...]] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()


def fetch_beside(ngnpro: Ngnpro, accounts: Sequence[SipAccount], columns: frozenset[str]) -> BesideAccounts:
    """Fetch the phones of all accounts of a page with one call, and together the prepaid balances with another.

    For the columns of ``ONE_BY_ONE`` there is one call for each account, all of them in one message.
    """
    ids, prepaid = [account.id for account in accounts], [account.id for account in accounts if account.prepaid]
    begin = partial(begin_fetch_or_unknown, Together(ngnpro))
    asked_devices = begin(lambda client: client.sip.get_sip_device_locations(ids)) if ids else tuple
    asked_balances = begin(lambda client: client.sip.get_prepaid_status(prepaid)) if prepaid else tuple
    devices, balances = asked_devices(), asked_balances()
    wanted = columns & ONE_BY_ONE if ngnpro.takes_batches else frozenset[str]()
    return BesideAccounts(
        devices={str(one): found.locations for one, found in zip(ids, _known(devices), strict=False)},
        balances={str(one): found.balance for one, found in zip(prepaid, _known(balances), strict=False)},
        diversions=_each(ngnpro, accounts, _diversions) if FORWARDING in wanted else {},
        calls=_each(ngnpro, accounts, _calls) if LAST_CALL in wanted else {},
        unasked=(columns & ONE_BY_ONE) - wanted,
    )


def fetch_devices(ngnpro: Ngnpro, accounts: Sequence[SipAccount]) -> BesideAccounts:
    """Fetch the phones of some accounts with one call."""
    ids = [account.id for account in accounts]
    found = zip(ids, ngnpro.sip.get_sip_device_locations(ids), strict=False)
    return BesideAccounts({str(one): devices.locations for one, devices in found}, {})


def _diversions(account: SipAccount, ngnpro: Ngnpro) -> CallDiversions:
    return ngnpro.sip.get_call_diversions(account.id)


def _calls(account: SipAccount, ngnpro: Ngnpro) -> tuple[tuple[str, Call], ...]:
    return latest_calls(ngnpro, account, 1)


def _each(ngnpro: Ngnpro, accounts: Sequence[SipAccount], fetch: Callable[[SipAccount, Ngnpro], T]) -> dict[str, T]:
    """Fetch something for each account in one message; what NGNPro refuses is left out."""
    plans = [CallPlan(partial(fetch, account)) for account in accounts]
    found = zip(accounts, ngnpro.batch(plans), strict=True)
    return {str(account.id): outcome.get() for account, outcome in found if outcome.error is None}


def _known(part: tuple[T, ...] | Unknown) -> tuple[T, ...]:
    return () if isinstance(part, Unknown) else part
