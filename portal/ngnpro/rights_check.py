"""Tries calls that callers without rights must not make, and says which of them a server leaves to its clients.

The calls are made by a reseller and a customer that are added for this, on records of theirs and of another customer,
which are deleted again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ngnpro_wire.facts.blocks import BY_RESELLER, GROUP, NOTE
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS

from . import errors
from .checkup import CheckResult, Grade
from .client import Ngnpro
from .engines import Credentials, Engine
from .ports.base import or_none
from .records import (
    AclEntry,
    CustomerAccount,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    EnumRangeId,
    SipAccount,
    SipDomain,
    SipId,
    TrustedPeer,
)

# Of members of accounts and peers, values other than those of the test's records.
ACCOUNT_VALUES: dict[str, Any] = {
    "prepaid": False,
    "quota": 50,
    "rpid": "31208005169",
    "call_limit": 9,
    "acl": (AclEntry(ip="192.0.2.0", mask=24),),
}
PEER_VALUES: dict[str, Any] = {
    "call_limit": 1000,
    "transit": True,
    "tenant": "contoso",
    "blocked": 0,
    "prepaid": True,
    "carrier_name": "other",
    "originator": "other",
    "enum_lookup": False,
}
_PERSON: dict[str, Any] = {
    "first_name": "Check",
    "last_name": "Rights",
    "email": "check@ngnpro.invalid",
    "organization": "Rights check",
    "tel": "+31201234567",
    "address": "None",
    "postcode": "0000",
    "city": "None",
    "country": "NL",
    "timezone": "Europe/Amsterdam",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A call that must not succeed: what it does, the call, and whether it had an effect."""

    what: str
    call: Callable[[], object]
    happened: Callable[[], bool]


def compare_rights(engine: Engine, session: Any = None) -> Iterator[CheckResult]:
    """Yield for each rule whether the server enforces it; adds and deletes records with random names of their own."""
    if not engine.admin:
        yield CheckResult(Grade.NOTE, "Only an administrator's login can add the customers for trying rights.")
        return
    kept: list[str] = []
    with ExitStack() as left:
        try:
            for trial in _Test(engine, session, left, kept).trials():
                yield _result(trial)
        except errors.NgnproError as error:
            yield CheckResult(Grade.BAD, f"Rights could not be tried: {error}")
    for what in kept:
        yield CheckResult(Grade.BAD, f"A record of this check could not be deleted again: {what}")


def _result(trial: Trial) -> CheckResult:
    try:
        trial.call()
    except errors.Refusal as refusal:
        return CheckResult(Grade.GOOD, f"{trial.what}: refused with code {refusal.code}.")
    except errors.Outage as outage:
        return CheckResult(Grade.BAD, f"{trial.what}: {outage}")
    if trial.happened():
        return CheckResult(Grade.NOTE, f"{trial.what}: this server leaves it to its clients; the portal refuses it.")
    return CheckResult(Grade.GOOD, f"{trial.what}: ignored.")


class _Test:
    """The records of a test. What was added is deleted when ``left`` is closed, in reverse order."""

    def __init__(self, engine: Engine, session: Any, left: ExitStack, kept: list[str]) -> None:
        self._engine, self._session, self._left, self._kept = engine, session, left, kept
        self._admin = Ngnpro(engine, session=session)
        self._name = f"check-{secrets.token_hex(6)}"
        self._address = SipId(username="check", domain=f"{self._name}.ngnpro.invalid")
        self._ip = f"2001:db8::{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}"

    def trials(self) -> Iterator[Trial]:
        reseller = self._add_customer(f"{self._name}-r", reseller_active=True)
        customer = self._add_customer(f"{self._name}-c", reseller=reseller.id)
        as_customer, as_reseller = self._client_of(customer), self._client_of(reseller)
        sip = self._admin.sip
        sip.add_domain(SipDomain(domain=self._address.domain, customer=customer.id, reseller=reseller.id))
        self._later(self._address.domain, lambda: sip.delete_domain(self._address.domain))
        sip.add_account(
            SipAccount(id=self._address, password=secrets.token_urlsafe(16), owner=customer.id, prepaid=True)
        )
        self._later(str(self._address), lambda: sip.delete_account(self._address))
        yield from self._of_account(as_customer)
        yield from self._of_blocks(as_customer, as_reseller)
        yield self._of_ranges(as_customer, customer)
        peer = TrustedPeer(ip=self._ip, description=self._name, customer=reseller.id, call_limit=10, blocked=1)
        sip.add_trusted_peer(peer)
        self._later(self._ip, lambda: sip.delete_trusted_peer(self._ip))
        yield from self._of_peer(as_reseller)
        other = self._add_customer(f"{self._name}-o", reseller=reseller.id)
        yield from self._of_other_customers(as_customer, customer, other)

    def _of_account(self, customer: Ngnpro) -> Iterator[Trial]:
        for name, value in ACCOUNT_VALUES.items():
            yield Trial(
                f"A customer without rights changes {name} of an account",
                partial(self._change_account, customer, name, value),
                partial(self._account_has, name, value),
            )
        for rule in MEMBER_RIGHTS["SipAccount"]:
            kind, _dot, group = rule.partition(".")
            if kind == "groups" and group not in ("quota", "prepaid"):
                yield Trial(
                    f"A customer without rights adds an account to the group {group}",
                    partial(customer.sip.add_to_group, self._address, group),
                    partial(self._is_in, group),
                )
        self._admin.sip.add_to_group(self._address, "quota")
        yield Trial(
            "A customer releases an account that is over quota",
            partial(customer.sip.remove_from_group, self._address, "quota"),
            lambda: not self._is_in("quota"),
        )

    def _change_account(self, client: Ngnpro, name: str, value: Any) -> None:
        client.sip.update_account(replace(self._account(), **{name: value}))

    def _account_has(self, name: str, value: Any) -> bool:
        return bool(getattr(self._account(), name) == value)

    def _is_in(self, group: str) -> bool:
        return group in self._account().groups

    def _of_blocks(self, customer: Ngnpro, reseller: Ngnpro) -> Iterator[Trial]:
        for level, client in (("customer", customer), ("reseller", reseller)):
            yield Trial(
                f"A {level} lifts an operator's block",
                partial(self._unblock, client),
                lambda: not self._is_in(GROUP),
            )

    def _unblock(self, client: Ngnpro) -> None:
        now = self._account()
        if GROUP not in now.groups:
            now = replace(now, groups=(*now.groups, GROUP)).with_property(NOTE, BY_RESELLER)
            self._admin.sip.update_account(now)
        client.sip.remove_from_group(self._address, GROUP)

    def _of_ranges(self, client: Ngnpro, customer: CustomerAccount) -> Trial:
        wanted = self._range("44", customer)
        return Trial("A customer adds a whole country code", *self._adding_range(client, wanted))

    def _of_other_customers(self, client: Ngnpro, customer: CustomerAccount, other: CustomerAccount) -> Iterator[Trial]:
        add, _added = self._adding_range(self._admin, self._range("3120800", other))
        add()
        theirs, free = self._number("31208005169", other), self._number("31208005170", customer)
        add, _added = self._adding_number(self._admin, theirs)
        add()
        part = self._range("31208001", customer)
        yield Trial("A customer adds a part of another customer's range", *self._adding_range(client, part))
        yield Trial("A customer adds a number in another customer's range", *self._adding_number(client, free))
        yield Trial(
            "A customer changes another customer's number",
            lambda: client.enum.update_number(replace(self._admin.enum.get_number(theirs.id), info="changed")),
            lambda: self._admin.enum.get_number(theirs.id).info == "changed",
        )

    def _range(self, prefix: str, customer: CustomerAccount) -> EnumRange:
        range_id = EnumRangeId(prefix=prefix, tld=self._address.domain)
        return EnumRange(id=range_id, customer=customer.id, reseller=customer.reseller, max_digits=15)

    def _number(self, digits: str, owner: CustomerAccount) -> EnumNumber:
        number_id = EnumId(number=digits, tld=self._address.domain)
        return EnumNumber(id=number_id, owner=owner.id, mappings=(EnumMapping(mapto=f"sip:{self._address}"),))

    def _adding_range(self, client: Ngnpro, wanted: EnumRange) -> tuple[Callable[[], object], Callable[[], bool]]:
        """Return a call that adds a range, and one that says whether it is there."""
        enum = self._admin.enum

        def add() -> None:
            client.enum.add_range(wanted)
            self._later(f"{wanted.id.prefix} in {wanted.id.tld}", lambda: enum.delete_range(wanted.id))

        return add, lambda: enum.find_range(wanted.id) is not None

    def _adding_number(self, client: Ngnpro, wanted: EnumNumber) -> tuple[Callable[[], object], Callable[[], bool]]:
        """Return a call that adds a number, and one that says whether it is there."""
        enum = self._admin.enum

        def add() -> None:
            client.enum.add_number(wanted)
            self._later(str(wanted.id), lambda: enum.delete_number(wanted.id))

        return add, lambda: or_none(enum.get_number, wanted.id) is not None

    def _of_peer(self, reseller: Ngnpro) -> Iterator[Trial]:
        for name, value in PEER_VALUES.items():
            yield Trial(
                f"A reseller changes {name} of a trusted peer",
                partial(self._change_peer, reseller, name, value),
                partial(self._peer_has, name, value),
            )

    def _change_peer(self, client: Ngnpro, name: str, value: Any) -> None:
        client.sip.update_trusted_peer(replace(self._peer(), **{name: value}))

    def _peer_has(self, name: str, value: Any) -> bool:
        return bool(getattr(self._peer(), name) == value)

    def _add_customer(self, username: str, **values: Any) -> CustomerAccount:
        password = secrets.token_urlsafe(16)
        sent = CustomerAccount(username=username, password=password, **_PERSON, **values)
        added = self._admin.customers.add_account(sent)
        self._later(username, lambda: self._admin.customers.delete_account(added.id))
        return replace(added, username=username, password=password)

    def _client_of(self, customer: CustomerAccount) -> Ngnpro:
        login = Credentials(customer.username, customer.password, admin=False)
        return Ngnpro(self._engine, login, session=self._session)

    def _account(self) -> SipAccount:
        return self._admin.sip.get_account(self._address)

    def _peer(self) -> TrustedPeer:
        found = self._admin.sip.find_trusted_peer(self._ip)
        if found is None:
            raise errors.Missing(0, f"The trusted peer {self._ip} does not exist.")
        return found

    def _later(self, what: str, delete: Callable[[], object]) -> None:
        """Delete a record of the test when it ends, if it is still there."""

        def gone() -> None:
            try:
                delete()
            except errors.Missing:
                return
            except errors.NgnproError as error:
                self._kept.append(f"{what} ({error})")

        self._left.callback(gone)
