"""How each kind of record is found, added, replaced and deleted, and what hangs on it: what taking back needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.ngnpro import Ngnpro, Page, Query, Range, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import (
    AcceptRules,
    AliasFilter,
    CallDiversions,
    EnumId,
    EnumRangeId,
    Route,
    RouteFilter,
    SipAccount,
    SipDomain,
    SipFilter,
    SipId,
)
from portal.ngnpro.records.base import Record

Hanging = Iterator[tuple[int, str]]


def _nothing(ngnpro: Ngnpro, record: Any) -> Hanging:
    yield from ()


@dataclass(frozen=True, slots=True)
class Inverse:
    """Calls for one kind of record, or for one part of a record.

    ``find`` answers ``None`` where there is none. ``add`` and ``delete`` are ``None`` for what is always there, such as
    an account's diversions. ``hangs``: what would be lost with it, as numbers and words; what NGNPro itself refuses to
    delete while it is in use needs none. ``record``: the class of a part that is no record with a key.
    """

    find: Callable[[Ngnpro, str], Any | None]
    update: Callable[[Ngnpro, str, Any], Any]
    add: Callable[[Ngnpro, Any], Any] | None = None
    delete: Callable[[Ngnpro, Any], None] | None = None
    hangs: Callable[[Ngnpro, Any], Hanging] = _nothing
    record: type[Record] | None = None


def _enum_id(key: str) -> EnumId:
    number, _at, tld = key.rpartition("@")
    return EnumId(number=number, tld=tld)


def _range_id(key: str) -> EnumRangeId:
    prefix, _at, tld = key.rpartition("@")
    return EnumRangeId(prefix=prefix, tld=tld)


def _find_route(ngnpro: Ngnpro, key: str) -> Route | None:
    page = ngnpro.sip.get_routes(Query(filter=RouteFilter(id=int(key)), range=Range(0, 1)))
    return next((route for route in page if route.id == int(key)), None)


def _hangs_on_domain(ngnpro: Ngnpro, domain: SipDomain) -> Hanging:
    yield _count(ngnpro.sip.get_accounts, SipFilter(domain=domain.domain)), _("accounts")
    yield _count(ngnpro.sip.get_aliases, AliasFilter(alias_domain=domain.domain)), _("aliases")


def _hangs_on_account(ngnpro: Ngnpro, account: SipAccount) -> Hanging:
    target = AliasFilter(target_username=account.id.username, target_domain=account.id.domain)
    yield _count(ngnpro.sip.get_aliases, target), _("aliases that lead to it")
    yield _contacts(ngnpro, account), _("contacts")


def _count(fetch: Callable[[Query[Any]], Page[Any]], conditions: Any) -> int:
    """Count without fetching; a server that keeps no such records has none."""
    try:
        return fetch(Query(filter=conditions, range=Range(0, 1))).total
    except errors.NotOffered:
        return 0


def _contacts(ngnpro: Ngnpro, account: SipAccount) -> int:
    try:
        found = ngnpro.sip.get_phonebook_entries(account.id, window=Range(0, 1))
    except errors.NotOffered:
        return 0
    return max(found.total, len(found.entries))


INVERSES: dict[tuple[str, str], Inverse] = {
    ("domain", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.find_domain(key),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_domain(record),
        add=lambda ngnpro, record: ngnpro.sip.add_domain(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_domain(record.domain),
        hangs=_hangs_on_domain,
    ),
    ("account", ""): Inverse(
        find=lambda ngnpro, key: or_none(ngnpro.sip.get_account, SipId.parse(key)),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_account(record),
        add=lambda ngnpro, record: ngnpro.sip.add_account(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_account(record.id),
        hangs=_hangs_on_account,
    ),
    ("account", "mailbox"): Inverse(
        find=lambda ngnpro, key: or_none(ngnpro.voicemail.get_account, SipId.parse(key)),
        update=lambda ngnpro, _key, record: ngnpro.voicemail.update_account(record),
        add=lambda ngnpro, record: ngnpro.voicemail.add_account(record),
        delete=lambda ngnpro, record: ngnpro.voicemail.delete_account(record.sip_id),
    ),
    ("account", "diversions"): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.get_call_diversions(SipId.parse(key)),
        update=lambda ngnpro, key, record: ngnpro.sip.set_call_diversions(SipId.parse(key), record),
        record=CallDiversions,
    ),
    ("account", "accept-rules"): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.get_accept_rules(SipId.parse(key)).rules,
        update=lambda ngnpro, key, record: ngnpro.sip.set_accept_rules(SipId.parse(key), record),
        record=AcceptRules,
    ),
    ("account", "reject"): Inverse(
        find=lambda ngnpro, key: {"members": ngnpro.sip.get_reject_members(SipId.parse(key))},
        update=lambda ngnpro, key, state: ngnpro.sip.set_reject_members(SipId.parse(key), state["members"]),
    ),
    ("account", "barring"): Inverse(
        find=lambda ngnpro, key: {"prefixes": ngnpro.sip.get_barring_prefixes(SipId.parse(key))},
        update=lambda ngnpro, key, state: ngnpro.sip.set_barring_prefixes(SipId.parse(key), state["prefixes"]),
    ),
    ("alias", ""): Inverse(
        find=lambda ngnpro, key: or_none(ngnpro.sip.get_alias, SipId.parse(key)),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_alias(record),
        add=lambda ngnpro, record: ngnpro.sip.add_alias(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_alias(record.id),
    ),
    ("customer", ""): Inverse(
        find=lambda ngnpro, key: or_none(ngnpro.customers.get_account, int(key)),
        update=lambda ngnpro, _key, record: ngnpro.customers.update_account(record),
        add=lambda ngnpro, record: ngnpro.customers.add_account(record),
        delete=lambda ngnpro, record: ngnpro.customers.delete_account(record.id),
    ),
    ("range", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.enum.find_range(_range_id(key)),
        update=lambda ngnpro, _key, record: ngnpro.enum.update_range(record),
        add=lambda ngnpro, record: ngnpro.enum.add_range(record),
        delete=lambda ngnpro, record: ngnpro.enum.delete_range(record.id),
    ),
    ("number", ""): Inverse(
        find=lambda ngnpro, key: or_none(ngnpro.enum.get_number, _enum_id(key)),
        update=lambda ngnpro, _key, record: ngnpro.enum.update_number(record),
        add=lambda ngnpro, record: ngnpro.enum.add_number(record),
        delete=lambda ngnpro, record: ngnpro.enum.delete_number(record.id),
    ),
    ("carrier", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.find_carrier(int(key)),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_carrier(record),
        add=lambda ngnpro, record: ngnpro.sip.add_carrier(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_carrier(record.id),
    ),
    ("gateway", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.find_gateway(int(key)),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_gateway(record),
        add=lambda ngnpro, record: ngnpro.sip.add_gateway(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_gateway(record.id),
    ),
    ("rule", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.find_gateway_rule(int(key)),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_gateway_rule(record),
        add=lambda ngnpro, record: ngnpro.sip.add_gateway_rule(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_gateway_rule(record.id),
    ),
    ("route", ""): Inverse(
        find=_find_route,
        update=lambda ngnpro, _key, record: ngnpro.sip.update_routes([record]),
        add=lambda ngnpro, record: ngnpro.sip.add_route(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_routes([record.id]),
    ),
    ("peer", ""): Inverse(
        find=lambda ngnpro, key: ngnpro.sip.find_trusted_peer(key),
        update=lambda ngnpro, _key, record: ngnpro.sip.update_trusted_peer(record),
        add=lambda ngnpro, record: ngnpro.sip.add_trusted_peer(record),
        delete=lambda ngnpro, record: ngnpro.sip.delete_trusted_peer(record.ip),
    ),
}
