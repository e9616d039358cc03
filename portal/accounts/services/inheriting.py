"""What a new account inherits from the owner of its domain: its owner, its time zone and its language."""

from __future__ import annotations

from dataclasses import replace

from portal.accounts.choices import Inherited
from portal.core.customer_names import name_of
from portal.enum.coverage import belongs_to
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.records import EnumRange, SipAccount, SipDomain

# The time zone of an account if nobody says one: the contract has no empty one.
USUAL_ZONE = "Europe/Amsterdam"


def find_inherited(ngnpro: Ngnpro, domain: str) -> Inherited | None:
    """Return what accounts of a domain inherit, with at most two calls; ``None`` if there is no such domain.

    Without a domain, it is the only one that the viewer has.
    """
    found = ngnpro.sip.find_domain(domain) if domain else _only_domain(ngnpro)
    if found is None:
        return None
    inherited = Inherited(domain=found.domain, owner=found.customer, reseller=found.reseller)
    if not found.customer:
        return inherited
    try:
        owner = ngnpro.customers.get_account(found.customer)
    except errors.Refusal:
        return inherited
    return replace(inherited, name=name_of(owner), timezone=owner.timezone, language=owner.language)


def ranges_for(found: Inherited | None, ranges: tuple[EnumRange, ...]) -> tuple[EnumRange, ...]:
    """Return the number ranges that may hold numbers of new accounts of a domain; all if its owner is not known."""
    if found is None or not found.owner:
        return ranges
    owner, reseller = found.owner, found.reseller
    return tuple(one for one in ranges if belongs_to(one, owner=owner, customer=owner, reseller=reseller))


def _only_domain(ngnpro: Ngnpro) -> SipDomain | None:
    page = ngnpro.sip.get_domains(Query(range=Range(0, 2)))
    return page.items[0] if page.total == 1 and page.items else None


def with_inherited(ngnpro: Ngnpro, account: SipAccount) -> SipAccount:
    """Return a new account with what it inherits where its form was left empty."""
    if account.owner and account.timezone:
        return account
    try:
        found = find_inherited(ngnpro, account.id.domain)
    except errors.Refusal:
        found = None
    found = found or Inherited(domain=account.id.domain)
    account = replace(
        account, owner=account.owner or found.owner, timezone=account.timezone or found.timezone or USUAL_ZONE
    )
    language = account.get_property("language") or found.language
    return account.with_property("language", language)
