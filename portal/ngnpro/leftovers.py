"""What leads to an account or alias, and would lead to another one that gets its address later.

Our own server deletes these aliases, mappings and diversions with the record. On other servers, which may keep them,
they are looked for before, and what is still there afterwards is removed with separate calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from . import errors
from .batch import CallPlan
from .client import Ngnpro
from .ports.rating import entity_of_account, entity_of_customer
from .query import Query, Range
from .records import (
    AliasFilter,
    CallDiversions,
    DiversionTo,
    EnumId,
    EnumNumber,
    EnumNumberFilter,
    SipAlias,
    SipFilter,
    SipId,
)

T = TypeVar("T")

# how many aliases or numbers of an address are removed, and in how many accounts diversions are looked for
MOST, MOST_ACCOUNTS = 1000, 100
CONDITIONS = ("func", "fnol", "fbus", "fnoa", "funv")


@dataclass(frozen=True, slots=True)
class Leading:
    """What leads to an address; ``diversions`` is ``None`` if there are too many accounts to look for them."""

    aliases: tuple[SipAlias, ...]
    numbers: tuple[EnumNumber, ...]
    diversions: tuple[DiversionTo, ...] | None


def leads(target: str, address: SipId) -> bool:
    """Return whether a SIP URI leads to an address."""
    scheme, _colon, rest = target.strip().lower().partition(":")
    user, _at, host = rest.partition("@")
    host = host.partition(";")[0].partition("?")[0].partition(":")[0]
    return scheme in ("sip", "sips") and f"{user}@{host}" == str(address).lower()


def diversions_to(ngnpro: Ngnpro, address: SipId) -> tuple[DiversionTo, ...] | None:
    """Return the diversions that lead to an address.

    A server without the port Watch is asked account by account, those in the address's own domain. ``None`` if there
    are more than ``MOST_ACCOUNTS``, or the server does not say.
    """
    if ngnpro.watch.is_there and ngnpro.watch.offers("getDiversionsTo"):
        found = ngnpro.watch.get_diversions_to(address)
        return tuple(one for one in found if one.sip_id != address)
    page = ngnpro.sip.get_accounts(Query(filter=SipFilter(domain=address.domain), range=Range(0, MOST_ACCOUNTS)))
    if page.total > MOST_ACCOUNTS:
        return None
    return tuple(_among(ngnpro, [account.id for account in page if account.id != address], address))


def _among(ngnpro: Ngnpro, accounts: list[SipId], address: SipId) -> Iterator[DiversionTo]:
    plans = [CallPlan(partial(_diversions_of, account=account)) for account in accounts]
    for account, outcome in zip(accounts, ngnpro.batch(plans), strict=True):
        diversions = outcome.get()
        for name in CONDITIONS:
            target = getattr(diversions, name) or ""
            if leads(target, address):
                yield DiversionTo(sip_id=account, condition=name.upper(), target=target)


def _diversions_of(ngnpro: Ngnpro, *, account: SipId) -> CallDiversions:
    return ngnpro.sip.get_call_diversions(account)


def what_leads_to(ngnpro: Ngnpro, address: SipId) -> Leading:
    """Return what leads to an address, without the kinds of records that the server refuses to list."""
    target = AliasFilter(target_username=address.username, target_domain=address.domain)
    aliases = Query(filter=target, range=Range(0, MOST))
    numbers = Query(filter=EnumNumberFilter(mapto=str(address)), range=Range(0, MOST))
    return Leading(
        _unless_refused(lambda: ngnpro.sip.get_aliases(aliases).items) or (),
        _unless_refused(lambda: ngnpro.enum.get_numbers(numbers).items) or (),
        _unless_refused(lambda: diversions_to(ngnpro, address)),
    )


def _unless_refused(fetch: Callable[[], T]) -> T | None:
    try:
        return fetch()
    except (errors.NotOffered, errors.NotPermitted):
        return None


def delete_account(ngnpro: Ngnpro, address: SipId) -> None:
    """Delete an account, its mailbox and rating profiles and what leads to it; what cannot be removed stays."""
    _delete(ngnpro, address, ngnpro.sip.delete_account, is_account=True)


def delete_alias(ngnpro: Ngnpro, address: SipId) -> None:
    """Delete an alias and what leads to it; what cannot be removed stays."""
    _delete(ngnpro, address, ngnpro.sip.delete_alias, is_account=False)


def delete_customer(ngnpro: Ngnpro, customer: int) -> None:
    """Delete a customer and their rating profiles: NGNPro may give the number to another one."""
    ngnpro.customers.delete_account(customer)
    if not ngnpro.watch.is_there:
        with suppress(errors.Refusal):
            ngnpro.rating.delete_entity_profiles(entity_of_customer(customer))


def still_leading(ngnpro: Ngnpro, address: SipId) -> tuple[str, ...]:
    """Return the keys of the records that lead to an address, such as those of other resellers."""
    found = what_leads_to(ngnpro, address)
    diverted = dict.fromkeys(str(one.sip_id) for one in found.diversions or ())
    return (*(str(one.id) for one in found.aliases), *(f"+{one.id.number}" for one in found.numbers), *diverted)


def _delete(ngnpro: Ngnpro, address: SipId, delete: Callable[[SipId], None], *, is_account: bool) -> None:
    if ngnpro.watch.is_there:
        delete(address)
        return
    before = what_leads_to(ngnpro, address)
    delete(address)
    removals: list[Callable[[], None]] = []
    if is_account:
        removals += [partial(remove_mailbox, ngnpro, address)]
        removals += [partial(ngnpro.rating.delete_entity_profiles, entity_of_account(address))]
    removals += [partial(_remove_alias, ngnpro, one.id, address) for one in before.aliases]
    removals += [partial(_remove_mappings, ngnpro, one.id, address) for one in before.numbers]
    diverted = dict.fromkeys(one.sip_id for one in before.diversions or ())
    removals += [partial(_remove_diversions, ngnpro, one, address) for one in diverted]
    for remove in removals:
        # one that is gone already, or may not be changed, costs no other; the page tells what still leads there
        with suppress(errors.Refusal):
            remove()


def remove_mailbox(ngnpro: Ngnpro, address: SipId) -> None:
    """Delete the mailbox of an account; raises ``Missing`` if there is none."""
    ngnpro.voicemail.get_account(address)
    ngnpro.voicemail.delete_account(address)


def _remove_alias(ngnpro: Ngnpro, alias: SipId, address: SipId) -> None:
    if ngnpro.sip.get_alias(alias).target == address:
        ngnpro.sip.delete_alias(alias)


def _remove_mappings(ngnpro: Ngnpro, number: EnumId, address: SipId) -> None:
    now = ngnpro.enum.get_number(number)
    kept = tuple(one for one in now.mappings if not leads(one.mapto, address))
    if kept != now.mappings:
        ngnpro.enum.update_number(replace(now, mappings=kept))


def _remove_diversions(ngnpro: Ngnpro, account: SipId, address: SipId) -> None:
    now = ngnpro.sip.get_call_diversions(account)
    gone: dict[str, Any] = {name: None for name in CONDITIONS if leads(getattr(now, name) or "", address)}
    if gone:
        ngnpro.sip.set_call_diversions(account, replace(now, **gone))
