"""Finds the operators, customers and subscribers to whom a login name or an e-mail address belongs.

The proof of a person is a keyed hash of their passwords and e-mail address. A one-use link stores the proof from the
time when it was written into a mail or page. It is no longer valid once the person's proof differs, even if the change
was not made with the portal.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.crypto import salted_hmac

from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.normal_forms import address_for_mail
from portal.core.viewer import Role
from portal.ngnpro import Ngnpro, Query, Range, RecordPage, errors
from portal.ngnpro.records import CustomerAccount, CustomerFilter, SipAccount, SipFilter, SipId
from portal.people.operators.models import Operator

# How many people of each role and tenant (a reseller on an NGNPro server) get a link for one e-mail address; how many
# records are read per call, and in all, to find them.
MOST, PAGE, LONGEST = 10, 100, 1000
Known = Operator | CustomerAccount | SipAccount
R = TypeVar("R", CustomerAccount, SipAccount)


@dataclass(frozen=True, slots=True)
class Person:
    """A person who signs in with ``login``.

    ``subject``: an operator's or customer's id, or a SIP address. ``engine`` and ``reseller``: the NGNPro server and
    the reseller that the person belongs to; empty and 0 for operators.
    """

    role: Role
    subject: str
    login: str
    name: str
    email: str
    engine: str = ""
    reseller: int = 0

    @classmethod
    def of_operator(cls, operator: Operator) -> Person:
        """Return the person for an operator."""
        return cls(Role.OPERATOR, str(operator.pk), operator.username, str(operator), operator.email)


def find_people(typed: str) -> list[Person]:
    """List the people who sign in with a text or have it as e-mail address, if their own e-mail address is valid.

    Raises ``Outage`` if an NGNPro server does not answer.
    """
    typed = address_for_mail(typed) or typed.strip()
    people = [*_operators(typed)]
    for engine in servers.engines().for_reseller():
        ngnpro = servers.service_ngnpro(engine.name)
        people += [_customer(engine.name, record) for record in _customers(ngnpro, typed)]
        people += [_subscriber(engine.name, record) for record in _accounts(ngnpro, typed)]
    return [person for person in people if address_for_mail(person.email)]


def _operators(typed: str) -> Iterator[Person]:
    found = Operator.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed), is_active=True)
    for operator in found[:MOST]:
        yield Person.of_operator(operator)


def _customers(ngnpro: Ngnpro, typed: str) -> Iterable[CustomerAccount]:
    wanted = CustomerFilter(email=typed) if "@" in typed else CustomerFilter(username=typed)
    found: dict[int, CustomerAccount] = {}
    for fetch in (ngnpro.customers.get_customers, ngnpro.customers.get_resellers):
        with contextlib.suppress(errors.Refusal):
            found |= {one.id: one for one in _read_all(fetch, wanted)}
    return _some_of_each_tenant(
        one for one in found.values() if typed.lower() in (one.email.lower(), one.username.lower())
    )


def _accounts(ngnpro: Ngnpro, typed: str) -> Iterable[SipAccount]:
    if "@" not in typed:
        return []
    found: dict[str, SipAccount] = {}
    with contextlib.suppress(ValueError, errors.Refusal):
        account = ngnpro.sip.get_account(SipId.parse(typed))
        found[str(account.id)] = account
    with contextlib.suppress(errors.Refusal):
        same = [
            one
            for one in _read_all(ngnpro.sip.get_accounts, SipFilter(email=typed))
            if one.email.lower() == typed.lower()
        ]
        found |= {str(one.id): one for one in _some_of_each_tenant(same)}
    return found.values()


def _read_all(fetch: Callable[[Query[Any]], RecordPage[R]], wanted: object) -> Iterator[R]:
    """Yield the records that match a filter, at most ``LONGEST``."""
    for start in range(0, LONGEST, PAGE):
        page = fetch(Query(filter=wanted, range=Range(start, PAGE)))
        yield from page
        if start + PAGE >= page.total:
            return


def _some_of_each_tenant(records: Iterable[R]) -> list[R]:
    """Return at most ``MOST`` records of each reseller, so that no tenant uses up the share of another."""
    seen: Counter[int] = Counter()
    kept = []
    for record in records:
        seen[record.reseller] += 1
        if seen[record.reseller] <= MOST:
            kept.append(record)
    return kept


def _customer(engine: str, record: CustomerAccount) -> Person:
    role = Role.RESELLER if record.is_reseller else Role.CUSTOMER
    return Person(role, str(record.id), record.username, name_of(record), record.email, engine, record.reseller)


def _subscriber(engine: str, record: SipAccount) -> Person:
    address = str(record.id)
    return Person(Role.SUBSCRIBER, address, address, name_of_user(record), record.email, engine, record.reseller)


def name_of_user(account: SipAccount) -> str:
    """Return the name of an account's user, or the SIP address where the account has no name."""
    return f"{account.first_name} {account.last_name}".strip() or str(account.id)


def record_of(role: str, subject: str, engine: str) -> Known | None:
    """Fetch the record that a person signs in with; ``None`` if deleted, ``Outage`` if NGNPro does not answer."""
    if role == Role.OPERATOR:
        return Operator.objects.filter(pk=subject, is_active=True).first()
    ngnpro = servers.service_ngnpro(engine)
    with contextlib.suppress(errors.Missing):
        if role == Role.SUBSCRIBER:
            return ngnpro.sip.get_account(SipId.parse(subject))
        return ngnpro.customers.get_account(int(subject))
    return None


def proof_of(record: Known) -> str:
    """Return a keyed hash of what ends a person's links when it changes; passwords cannot be guessed from it."""
    if isinstance(record, SipAccount):
        parts = [record.ha1, record.password, record.get_property("web_password"), record.create_date]
    else:
        parts = [record.username, record.password]
    text = json.dumps([*parts, record.email.lower()])
    return salted_hmac("portal.identity.people", text, algorithm="sha256").hexdigest()
