"""What would stay of a deleted SIP domain, for whoever adds it again: mailboxes, rating profiles, what leads into it.

Our own server deletes all this with the domain. On other servers, which may keep it, it is looked for before, and what
is still there afterwards is removed with separate calls. Diversions of accounts in other domains are not found there,
because no call lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from ngnpro_wire.facts.filters import escape_filter

from . import errors
from .client import Ngnpro
from .leftovers import MOST, remove_mailbox
from .ports.rating import entity_of_account, entity_of_domain
from .query import OrderBy, Pattern, Query, Range, RecordPage
from .records import AliasFilter, EnumId, EnumNumber, EnumNumberFilter, SipAccount, SipAlias, SipFilter, SipId

T = TypeVar("T")

MOST_MAILBOXES = 200


@dataclass(frozen=True, slots=True)
class LeftOfDomain:
    """What is still there of a domain: keys of records, and how many there are of accounts and aliases in it."""

    keys: tuple[str, ...] = ()
    within: int = 0
    unseen_mailboxes: int = 0

    def __bool__(self) -> bool:
        return bool(self.keys or self.within or self.unseen_mailboxes)


def delete_domain(ngnpro: Ngnpro, domain: str) -> LeftOfDomain:
    """Delete a domain with its mailboxes and what leads into it, and return what stays as far as the server tells.

    Raises what the deletion of the domain raises; a refusal of one of the other calls leaves that record.
    """
    if ngnpro.watch.is_there:
        ngnpro.sip.delete_domain(domain)
        return LeftOfDomain()
    accounts = _listed(lambda: ngnpro.sip.get_accounts(_accounts(domain, MOST_MAILBOXES)))
    aliases, numbers = _leading(ngnpro, domain)
    ngnpro.sip.delete_domain(domain)
    removals = [partial(remove_mailbox, ngnpro, account.id) for account in accounts]
    entities = [*(entity_of_account(account.id) for account in accounts), entity_of_domain(domain)]
    removals += [partial(ngnpro.rating.delete_entity_profiles, entity) for entity in entities]
    removals += [partial(_remove_alias, ngnpro, one.id, domain) for one in aliases]
    removals += [partial(_remove_mappings, ngnpro, one.id, domain) for one in numbers]
    for remove in removals:
        with suppress(errors.Refusal):
            remove()
    return _left(ngnpro, domain, accounts)


def leads_into(target: str, domain: str) -> bool:
    """Return whether a SIP URI leads to an address in a domain."""
    scheme, _colon, rest = target.strip().lower().partition(":")
    host = rest.rpartition("@")[2].partition(";")[0].partition("?")[0].partition(":")[0]
    return scheme in ("sip", "sips") and "@" in rest and host == domain.lower()


def _left(ngnpro: Ngnpro, domain: str, accounts: RecordPage[SipAccount]) -> LeftOfDomain:
    aliases, numbers = _leading(ngnpro, domain)
    within = _listed(lambda: ngnpro.sip.get_accounts(_accounts(domain, 1))).total
    within += _listed(lambda: ngnpro.sip.get_aliases(_aliases(AliasFilter(alias_domain=domain), 1))).total
    keys = (*(str(one.id) for one in aliases), *(f"+{one.id.number}" for one in numbers))
    return LeftOfDomain(keys, within, max(0, accounts.total - len(accounts.items)))


def _leading(ngnpro: Ngnpro, domain: str) -> tuple[list[SipAlias], list[EnumNumber]]:
    """Return aliases of other domains and numbers that lead into a domain, at most ``MOST`` of each."""
    query = _aliases(AliasFilter(target_domain=domain), MOST)
    aliases = [one for one in _listed(lambda: ngnpro.sip.get_aliases(query)) if one.id.domain.lower() != domain.lower()]
    mapto = Pattern(f"%@{escape_filter(domain)}%")
    numbers = _listed(
        lambda: ngnpro.enum.get_numbers(Query(filter=EnumNumberFilter(mapto=mapto), range=Range(0, MOST)))
    )
    return aliases, [one for one in numbers if any(leads_into(two.mapto, domain) for two in one.mappings)]


def _accounts(domain: str, count: int) -> Query[SipFilter]:
    return Query(filter=SipFilter(domain=domain), order_by=OrderBy("username"), range=Range(0, count))


def _aliases(conditions: AliasFilter, count: int) -> Query[AliasFilter]:
    return Query(filter=conditions, range=Range(0, count))


def _listed(fetch: Callable[[], RecordPage[T]]) -> RecordPage[T]:
    """Return a list, which is empty where the server refuses it or has no such domain any more."""
    try:
        return fetch()
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return RecordPage(0)


def _remove_alias(ngnpro: Ngnpro, alias: SipId, domain: str) -> None:
    if ngnpro.sip.get_alias(alias).target.domain.lower() == domain.lower():
        ngnpro.sip.delete_alias(alias)


def _remove_mappings(ngnpro: Ngnpro, number: EnumId, domain: str) -> None:
    now = ngnpro.enum.get_number(number)
    kept = tuple(one for one in now.mappings if not leads_into(one.mapto, domain))
    if kept != now.mappings:
        ngnpro.enum.update_number(replace(now, mappings=kept))
