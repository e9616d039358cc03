"""Services of the customers room that make several calls: counting a customer's records, and adding a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from portal.core.at_once import Together
from portal.core.customer_names import name_of
from portal.core.resources import OwnedRecords, Resource
from portal.core.rooms import resources
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, errors
from portal.ngnpro.records import (
    CustomerAccount,
    CustomerFilter,
    SipDomain,
)

MOST_RESELLERS = 100

Counts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class AddedCustomer:
    """A customer that was added; ``problem`` is why the domain was not, if deleting the customer failed as well."""

    customer: CustomerAccount
    problem: errors.NgnproError | None = None


def owned_kinds() -> dict[str, OwnedRecords]:
    """Map the name of every kind of record that can belong to a customer to how they are found."""
    return {one.owned.name: one.owned for one in resources().values() if one.owned}


def count_holdings(ngnpro: Ngnpro, customer: CustomerAccount, kinds: Iterable[str]) -> Counts:
    """Count what belongs to a customer, or to a reseller and all their customers: one call for each kind.

    ``None`` means unknown: NGNPro does not support the operation or refused it.
    """
    owned = {one.owned.name: one for one in resources().values() if one.owned}
    together = Together(ngnpro)
    asked = {kind: together.begin(partial(_count, customer, owned[kind])) for kind in kinds}
    counts = {kind: number() for kind, number in asked.items()}
    if counts.get("customers"):
        counts["customers"] = (counts["customers"] or 0) - 1  # NGNPro counts a reseller among their own customers
    return counts


def _count(customer: CustomerAccount, resource: Resource, ngnpro: Ngnpro) -> int | None:
    owned = resource.owned
    if owned is None or resource.fetch is None or resource.filter is None:
        return None
    member = owned.tree if customer.is_reseller else owned.own
    try:
        return resource.fetch(ngnpro, Query(filter=resource.filter(**{member: customer.id}), range=Range(0, 1))).total
    except errors.Refusal:
        return None


def find_reseller(ngnpro: Ngnpro, customer: CustomerAccount) -> CustomerAccount | None:
    """Return the reseller of a customer, which may be the customer; ``None`` if NGNPro does not return it."""
    if customer.is_reseller:
        return customer
    try:
        return ngnpro.customers.get_account(customer.reseller) if customer.reseller else None
    except errors.Missing:
        return None


def names_of_resellers(ngnpro: Ngnpro) -> dict[int, str]:
    """Return the names of the first 100 resellers by number; empty while NGNPro is down, so that forms can be shown."""
    query = Query[CustomerFilter](order_by=OrderBy("organization"), range=Range(0, MOST_RESELLERS))
    try:
        return {reseller.id: name_of(reseller) for reseller in ngnpro.customers.get_resellers(query)}
    except errors.Outage:
        return {}


def save_properties(ngnpro: Ngnpro, before: CustomerAccount, after: CustomerAccount) -> CustomerAccount:
    """Store the properties in which two states of a customer differ; returns the customer as stored."""
    changed = [entry for entry in after.properties if entry not in before.properties]
    if changed:
        ngnpro.customers.set_properties(after.id, changed, before.properties)
    return ngnpro.customers.get_account(after.id)


def add_with_domain(ngnpro: Ngnpro, writes: Writes, customer: CustomerAccount, domain: str) -> AddedCustomer:
    """Add a customer with a first domain, or neither: if the domain fails, the customer is deleted again.

    Raises the error of either call; a refusal of the domain has the field ``domain``.
    """
    stored = ngnpro.customers.add_account(customer)
    wanted = SipDomain(domain=domain, customer=stored.id, reseller=stored.reseller)
    try:
        with writes.change(None, wanted) as write:
            write.stored = ngnpro.sip.add_domain(wanted)
    except errors.NgnproError as problem:
        return _delete_again(ngnpro, writes, stored, problem)
    return AddedCustomer(stored)


def _delete_again(
    ngnpro: Ngnpro, writes: Writes, stored: CustomerAccount, problem: errors.NgnproError
) -> AddedCustomer:
    """Delete a customer whose domain failed, and raise the problem; returns the customer if it cannot be deleted."""
    try:
        with writes.change(stored):
            ngnpro.customers.delete_account(stored.id)
        writes.mark_undone()
    except errors.InUse:
        # The customer already owns a record: the domain was added, but the response was lost.
        return AddedCustomer(stored, None if isinstance(problem, errors.Outage) else problem)
    except errors.NgnproError:
        return AddedCustomer(stored, problem)
    if isinstance(problem, errors.Refusal):
        problem.field = problem.field or "domain"
    if isinstance(problem, errors.Outage):
        problem.sent, problem.nothing_changed = False, True
    raise problem
