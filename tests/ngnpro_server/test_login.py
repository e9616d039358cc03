"""Logins: identification, impersonation, and lockouts after failed attempts."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server.config import Logins
from ngnpro_server.faults import Fault
from ngnpro_server.login import Guard, NotKnownYet
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import login_failures
from ngnpro_wire.codec import WireFault, encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support.platform import Platform, refused
from tests.support.server import TestServer, make_server, post
from tests.support.statements import counted


def total(server: TestServer, auth: dict[str, Any] | None) -> int:
    return int(server.call("Customer", "getCustomers", auth, query={})["total"])


def test_the_administrator_sees_everything(platform: Platform) -> None:
    assert total(platform.server, platform.server.administrator) == 5


def test_a_header_without_admin_may_be_the_administrators_or_a_customers(platform: Platform) -> None:
    administrator = {k: v for k, v in platform.server.administrator.items() if k != "admin"}
    customer = {k: v for k, v in platform.customer.auth.items() if k != "admin"}
    assert total(platform.server, administrator) == 5
    assert total(platform.server, customer) == 1


@pytest.mark.parametrize(
    "auth",
    [
        {"username": "admin", "password": "wrong", "admin": True},
        {"username": "admin", "password": "administrators-secret", "admin": False},
        {"username": "Admin", "password": "administrators-secret", "admin": True},
        {"username": "customer", "password": "customer-secret", "admin": True},
        {"username": "customer", "password": "Customer-secret", "admin": False},
        {"username": "customer", "password": "", "admin": False},
        {"username": "nobody", "password": "", "admin": False},
    ],
)
def test_wrong_credentials_are_refused_without_saying_which_half(platform: Platform, auth: dict[str, Any]) -> None:
    with refused(FaultCode.LOGIN_WRONG) as caught:
        platform.call("Sip", "getDomains", auth, query={})
    assert caught.value.text == "The username or the password is wrong."


@pytest.mark.parametrize("auth", [{}, {"username": " ", "password": "x", "admin": False}])
def test_a_login_without_a_username_is_told_so(platform: Platform, auth: dict[str, Any]) -> None:
    with refused(FaultCode.LOGIN_WRONG) as caught:
        platform.call("Sip", "getDomains", auth, query={})
    assert caught.value.text == "The auth header of the call has no username."


def test_a_call_without_a_header_is_refused(server: TestServer) -> None:
    schema = load_schema()
    body = encode_request(schema, schema.operation("Sip", "getDomains"), {"query": {}}, None)
    status, _, answer = post(server.app, body)
    assert status.startswith("500")
    assert b">9001<" in answer


def test_a_customers_username_ignores_case(platform: Platform) -> None:
    assert total(platform.server, platform.customer.auth | {"username": "CUSTOMER"}) == 1


def test_an_impersonating_administrator_has_the_customers_rights(platform: Platform) -> None:
    assert total(platform.server, platform.server.as_customer(platform.customer.id)) == 1
    assert total(platform.server, platform.server.as_customer(platform.reseller.id)) == 3
    with refused(FaultCode.NOT_PERMITTED):
        platform.call(
            "Customer",
            "addAccount",
            platform.server.as_customer(platform.customer.id),
            account={"username": "x", "password": "x"},
        )
    with refused(FaultCode.CUSTOMER_MISSING):
        total(platform.server, platform.server.as_customer(4711))


def test_a_customer_cannot_impersonate_by_the_header(platform: Platform) -> None:
    assert total(platform.server, platform.customer.auth | {"impersonate": platform.reseller.id}) == 1


def test_a_customer_who_impersonates_their_reseller_counts_as_the_reseller(platform: Platform) -> None:
    record = {"id": platform.customer.id, "impersonate": platform.reseller.id}
    platform.call("Customer", "updateAccount", account=record)
    assert total(platform.server, platform.customer.auth) == 3
    added = platform.call("Sip", "addDomain", platform.customer.auth, domain={"domain": "example.com"})
    assert added["customer"] == platform.reseller.id


def test_a_changed_password_is_in_force_at_once(platform: Platform) -> None:
    platform.call("Customer", "updateAccount", account={"id": platform.customer.id, "password": "fresh"})
    with refused(FaultCode.LOGIN_WRONG):
        total(platform.server, platform.customer.auth)
    assert total(platform.server, platform.customer.auth | {"password": "fresh"}) == 1


class TestGuessing:
    """Repeated failed logins cause a lockout, per source and user."""

    @pytest.fixture
    def now(self) -> list[datetime]:
        return [datetime(2026, 3, 1, 12, 0, 0)]

    @pytest.fixture
    def server(self, tmp_path: Path, now: list[datetime]) -> TestServer:
        logins = Logins(attempts=3, attempts_per_source=8, longest_lock=60)
        return make_server(tmp_path, clock=lambda: now[0], logins=logins)

    def code(self, server: TestServer, username: str, password: str, source: str = "192.0.2.7", **environ: str) -> int:
        """Try to log in from a source; return 0 or the fault's code."""
        auth = {"username": username, "password": password, "admin": username == "admin"}
        return self.code_of(server, auth, source, **environ)

    def code_of(
        self, server: TestServer, auth: dict[str, Any] | None, source: str = "192.0.2.7", **environ: str
    ) -> int:
        """Call with an auth header, or without one; return 0 or the fault's code."""
        schema = load_schema()
        body = encode_request(schema, schema.operation("Sip", "getDomains"), {"query": {}}, auth)
        answer = post(server.app, body, REMOTE_ADDR=source, **environ)[2]
        return next((code for code in FaultCode if f">{code.value}<".encode() in answer), 0)

    def test_some_wrong_tries_lock_the_user_for_the_source_even_with_the_right_password(
        self, server: TestServer
    ) -> None:
        tries = [self.code(server, "admin", "wrong") for _ in range(4)]
        assert tries == [9001, 9001, 9001, 9005]
        assert self.code(server, "admin", "administrators-secret") == FaultCode.LOGIN_LOCKED
        assert self.code(server, "admin", "administrators-secret", "198.51.100.1") == 0

    def test_no_more_wrong_logins_at_once_are_told_to_be_wrong_than_one_after_the_other(
        self, server: TestServer
    ) -> None:
        start, codes = threading.Barrier(12), []

        def guess() -> None:
            start.wait()
            codes.append(self.code(server, "admin", "wrong"))

        threads = [threading.Thread(target=guess) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(codes) == {FaultCode.LOGIN_WRONG: 3, FaultCode.LOGIN_LOCKED: 9}

    def test_a_right_login_that_was_checked_before_a_lockout_is_refused_after_it(self, server: TestServer) -> None:
        auth = {"username": "admin", "password": "administrators-secret", "admin": True}
        guard = Guard(server.engine, server.config, lambda: datetime(2026, 3, 1, 12, 0, 0))
        with transaction(server.engine, write=False) as connection, pytest.raises(NotKnownYet):
            guard.admit(connection, "192.0.2.7", auth)
        for _ in range(3):
            self.code(server, "admin", "wrong")
        with pytest.raises(Fault, match="Too many failed logins"):
            guard.welcome("192.0.2.7", auth)
        assert self.code(server, "admin", "administrators-secret") == FaultCode.LOGIN_LOCKED

    def test_each_further_failure_doubles_the_wait_up_to_a_limit(self, server: TestServer, now: list[datetime]) -> None:
        for _ in range(3):
            self.code(server, "admin", "wrong")
        waits = []
        for _ in range(8):
            seconds = 0
            while self.code(server, "admin", "wrong") == FaultCode.LOGIN_LOCKED:
                now[0] += timedelta(seconds=1)
                seconds += 1
            waits.append(seconds)
        assert waits == [2, 4, 8, 16, 32, 60, 60, 60]

    def test_a_correct_login_resets_the_failures(self, server: TestServer) -> None:
        for password in ("wrong", "wrong", "administrators-secret", "wrong", "wrong", "administrators-secret"):
            expected = 0 if password == "administrators-secret" else FaultCode.LOGIN_WRONG
            assert self.code(server, "admin", password) == expected

    def test_old_failures_are_forgotten(self, server: TestServer, now: list[datetime]) -> None:
        for _ in range(2):
            self.code(server, "admin", "wrong")
        now[0] += timedelta(seconds=121)
        assert [self.code(server, "admin", "wrong") for _ in range(3)] == [9001, 9001, 9001]

    def test_logins_that_are_no_longer_known_are_deleted_even_without_failures(
        self, server: TestServer, now: list[datetime]
    ) -> None:
        for number in range(3):
            assert self.code(server, "admin", "administrators-secret", f"198.51.100.{number}") == 0
        now[0] += timedelta(days=2)
        assert self.code(server, "admin", "administrators-secret") == 0
        with transaction(server.engine, write=False) as connection:
            kept = connection.execute(select(login_failures.c.subject)).scalars().all()
        assert kept == ["user 192.0.2.7 admin"]

    def test_a_source_that_tries_many_users_is_locked_for_all_users(self, server: TestServer) -> None:
        for number in range(8):
            assert self.code(server, f"user{number}", "wrong") == FaultCode.LOGIN_WRONG
        assert self.code(server, "admin", "administrators-secret") == FaultCode.LOGIN_LOCKED
        assert self.code(server, "admin", "administrators-secret", "198.51.100.1") == 0

    @pytest.mark.parametrize(
        "auth", [None, {}, {"password": "x"}, {"username": "", "password": "x"}, {"username": " ", "admin": True}]
    )
    def test_a_call_without_a_username_is_always_wrong_and_never_counted(
        self, server: TestServer, auth: dict[str, Any] | None
    ) -> None:
        assert {self.code_of(server, auth) for _ in range(12)} == {FaultCode.LOGIN_WRONG}
        assert self.code(server, "admin", "administrators-secret") == 0

    @pytest.mark.parametrize("source", ["127.0.0.1", "::ffff:127.0.0.1", "::1"])
    @pytest.mark.parametrize("name", ["admin", "somebody"])
    def test_tries_from_a_trusted_source_never_lock(self, server: TestServer, source: str, name: str) -> None:
        tries = [self.code(server, name, "wrong", source) for _ in range(20)]
        assert tries == [FaultCode.LOGIN_WRONG] * 20
        assert self.code(server, "admin", "administrators-secret", source) == 0

    def test_a_proxy_that_is_not_configured_does_not_pass_on_its_trust(self, server: TestServer) -> None:
        relayed = {"source": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
        tries = [self.code(server, "admin", "wrong", **relayed) for _ in range(4)]
        assert tries == [9001, 9001, 9001, 9005]
        assert self.code(server, "admin", "administrators-secret", "127.0.0.1") == 0

    def test_a_login_that_has_succeeded_from_a_source_is_not_locked_there(
        self, server: TestServer, now: list[datetime]
    ) -> None:
        assert self.code(server, "admin", "administrators-secret") == 0
        for _ in range(2):
            assert [self.code(server, "admin", "wrong") for _ in range(4)] == [9001, 9001, 9001, 9005]
            assert self.code(server, "admin", "administrators-secret") == 0
        now[0] += timedelta(hours=25)
        for _ in range(3):
            self.code(server, "admin", "wrong")
        assert self.code(server, "admin", "administrators-secret") == FaultCode.LOGIN_LOCKED

    def test_a_success_makes_a_login_known_at_its_own_source_only(self, server: TestServer) -> None:
        assert self.code(server, "admin", "administrators-secret", "198.51.100.1") == 0
        for _ in range(3):
            self.code(server, "admin", "wrong")
        assert self.code(server, "admin", "administrators-secret") == FaultCode.LOGIN_LOCKED
        assert self.code(server, "admin", "administrators-secret", "198.51.100.1") == 0

    def test_a_known_login_gets_through_the_lock_of_its_source(self, server: TestServer) -> None:
        assert self.code(server, "admin", "administrators-secret") == 0
        for number in range(8):
            self.code(server, f"user{number}", "wrong")
        assert self.code(server, "other", "wrong") == FaultCode.LOGIN_LOCKED
        assert self.code(server, "admin", "administrators-secret") == 0

    def test_during_a_lock_no_password_of_a_known_login_is_checked_or_counted(
        self, server: TestServer, now: list[datetime]
    ) -> None:
        assert self.code(server, "admin", "administrators-secret") == 0
        tries = [self.code(server, "admin", "wrong") for _ in range(13)]
        assert tries == [9001] * 3 + [9005] * 10
        now[0] += timedelta(seconds=2)
        assert self.code(server, "admin", "wrong") == FaultCode.LOGIN_WRONG

    def test_a_successful_login_is_stored_once_an_hour(self, server: TestServer, now: list[datetime]) -> None:
        with counted(server.engine) as statements:
            for _ in range(3):
                self.code(server, "admin", "administrators-secret")
        assert len([text for text in statements if text.startswith("INSERT")]) == 1
        now[0] += timedelta(minutes=61)
        with counted(server.engine) as statements:
            self.code(server, "admin", "administrators-secret")
        assert len([text for text in statements if text.startswith("INSERT")]) == 1

    @pytest.mark.parametrize(
        "sources",
        [
            ("2001:db8:1:2::1", "2001:db8:1:2:a::2", "2001:DB8:1:2:ffff::3", "2001:db8:1:2::4"),
            ("192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207", "192.0.2.7"),
        ],
    )
    def test_addresses_of_one_connection_count_together(self, server: TestServer, sources: tuple[str, ...]) -> None:
        assert [self.code(server, "admin", "wrong", source) for source in sources] == [9001, 9001, 9001, 9005]

    def test_networks_of_ipv6_count_apart(self, server: TestServer) -> None:
        for _ in range(3):
            self.code(server, "admin", "wrong", "2001:db8:1:2::1")
        assert self.code(server, "admin", "wrong", "2001:db8:1:3::1") == FaultCode.LOGIN_WRONG

    def test_spaces_around_a_name_do_not_evade_the_limit(self, server: TestServer) -> None:
        names = ("customer", " customer", "customer  ", "CUSTOMER")
        assert [self.code(server, name, "wrong") for name in names] == [9001, 9001, 9001, 9005]


def test_no_secret_is_in_a_repr(platform: Platform) -> None:
    config = repr(platform.server.config)
    assert "administrators-secret" not in config
    with pytest.raises(WireFault) as caught:
        total(platform.server, platform.customer.auth | {"password": "gu3ssed"})
    assert "gu3ssed" not in repr(caught.value)
