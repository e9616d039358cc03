"""Calls that do not wait for each other, and calls that must."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server.call import Call, Caller, Level, utc_now
from ngnpro_server.faults import Fault
from ngnpro_server.login import Guard
from ngnpro_server.ports.sip.accounts import add_account
from ngnpro_server.store import accounts
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import login_failures
from ngnpro_wire.codec import WireFault, declarations, encode_call
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support.platform import Platform, kept_numbers, refused

pytestmark = pytest.mark.databases("postgresql", "mariadb")


def begin_adding(platform: Platform, stack: ExitStack, username: str) -> None:
    """Add an account in a transaction that stays open until the stack is closed."""
    server = platform.server
    connection = stack.enter_context(transaction(server.engine, write=True))
    call = Call(caller=Caller(level=Level.ADMINISTRATOR), connection=connection, config=server.config, now=utc_now())
    add_account(call, {"id": {"username": username, "domain": "example.com"}, "password": "a-Secret-2026"})


def add(platform: Platform, username: str, auth: Any = None) -> Any:
    account = {"id": {"username": username, "domain": "example.com"}, "password": "a-Secret-2026"}
    return platform.server.call("Sip", "addAccount", auth, account=account)


def adding(username: str) -> dict[str, str]:
    """Return the call of a batch that adds an account."""
    account = {"id": {"username": username, "domain": "example.com"}, "password": "a-Secret-2026"}
    operation = load_schema().operation("Sip", "addAccount")
    return {"call": encode_call(operation, {"account": account}, declarations(load_schema()))}


def test_an_account_is_added_while_another_of_the_domain_is_uncommitted(platform: Platform) -> None:
    platform.add_domain()
    with ExitStack() as stack:
        begin_adding(platform, stack, "ada")

        add(platform, "bob")
        platform.call("Sip", "addAlias", alias={"id": {"username": "b", "domain": "example.com"}, "target": BOB})

        listed = platform.call("Sip", "getAccounts", query={})
        assert (listed["total"], [one["id"]["username"] for one in listed["accounts"]]) == (1, ["bob"])
    assert platform.call("Sip", "getAccounts", query={"filter": {"domain": "example.com"}})["total"] == 2
    assert kept_numbers(platform.server)["account", "domain", "example.com"] == 2


BOB = {"username": "bob", "domain": "example.com"}


def test_a_domain_is_not_deleted_under_an_account_that_is_being_added(platform: Platform) -> None:
    platform.add_domain()
    with ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        begin_adding(platform, stack, "ada")
        deletion = pool.submit(platform.call, "Sip", "deleteDomain", domain="example.com")
        with suppress(TimeoutError):
            deletion.result(0.3)
        assert not deletion.done()
        stack.close()
        deletion.result()
    assert platform.call("Sip", "getAccounts", query={})["total"] == 0
    assert not [key for key in kept_numbers(platform.server) if key[0] == "account"]


def test_an_address_is_an_accounts_or_an_aliass_also_when_both_are_added_at_once(platform: Platform) -> None:
    platform.add_domain()
    alias = {"id": {"username": "ada", "domain": "example.com"}, "target": BOB}
    with ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        begin_adding(platform, stack, "ada")
        second = pool.submit(platform.call, "Sip", "addAlias", alias=alias)
        Event().wait(0.3)
        assert not second.done()
        stack.close()
        with refused(FaultCode.ACCOUNT_EXISTS):
            second.result()


def test_two_batches_with_the_same_accounts_add_each_once_whatever_their_order(platform: Platform) -> None:
    platform.add_domain()
    names = [f"user{number}" for number in range(20)]
    barrier = Barrier(2)

    def add_all(in_order: list[str]) -> list[int]:
        barrier.wait()
        results = platform.call("Batch", "run", calls=[adding(name) for name in in_order])
        return [result.get("errorcode") or 0 for result in results]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(add_all, (names, names[::-1]))
    assert [sorted(pair) for pair in zip(first, second[::-1], strict=True)] == [[0, FaultCode.ACCOUNT_EXISTS]] * 20
    assert kept_numbers(platform.server)["account", "all", ""] == 20


def test_the_last_account_that_a_credit_allows_is_added_once(platform: Platform) -> None:
    platform.add_domain()
    platform.grant(platform.customer, sip_credit="3")

    def try_to_add(number: int) -> bool:
        with suppress(WireFault):
            add(platform, f"user{number}", platform.customer.auth)
            return True
        return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_to_add, range(6))) == 3
    with transaction(platform.server.engine, write=False) as connection:
        assert accounts.TALLY.number(connection, "owner_id", platform.customer.id) == 3


def test_parallel_wrong_logins_are_all_counted(platform: Platform) -> None:
    server, tries = platform.server, 6
    guard = Guard(server.engine, server.config, utc_now)
    names = [f"nobody{number}" for number in range(6)]

    def guess(name: str) -> None:
        barrier.wait()
        with suppress(Fault):
            guard.failed("192.0.2.7", {"username": name, "password": "wrong"})
            done.append(name)

    for name in names:
        barrier, done = Barrier(tries), list[str]()
        with ThreadPoolExecutor(tries) as pool:
            list(pool.map(guess, [name] * tries))
        with transaction(server.engine, write=False) as connection:
            counted = select(login_failures.c.failures).where(login_failures.c.subject == f"user 192.0.2.7 {name}")
            assert connection.execute(counted).scalar_one() == len(done) > 0
