"""The setting that makes the server itself refuse weak passwords."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ngnpro_server import config
from ngnpro_server.wsgi import create_app
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import digests_of_password
from tests.support.databases import close_at_end
from tests.support.platform import Platform, refused

ALICE = {"username": "alice", "domain": "example.com"}
GOOD = "three unrelated words"


@pytest.fixture
def strict(platform: Platform) -> Platform:
    """A platform with weak passwords that were set earlier, on a server that now refuses weak passwords."""
    platform.add_domain()
    platform.add_account("alice", password="password")
    platform.call("Voicemail", "addAccount", account={"sipId": ALICE, "name": "Alice", "password": "1234"})
    wanted = config.Platform(refuse_weak_passwords=True)
    changed = dataclasses.replace(platform.server.config, platform=wanted)
    app = create_app(changed)
    close_at_end(app.engine)
    close_at_end(app.proxy)
    return dataclasses.replace(platform, server=dataclasses.replace(platform.server, app=app, config=changed))


def update(platform: Platform, port: str, **members: Any) -> None:
    platform.call(port, "updateAccount", account=members)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("password", ["password", "123456789012", "aaaaaaaaaaaaaa", "alice@example.com"])
def test_new_weak_passwords_are_refused(strict: Platform, password: str) -> None:
    with refused(FaultCode.VALUE_INVALID, "password"):
        strict.add_account("bob", password=password.replace("alice", "bob"))
    with refused(FaultCode.VALUE_INVALID, "password"):
        update(strict, "Sip", id=ALICE, password=password + "x" * (password == "password"))
    with refused(FaultCode.VALUE_INVALID, "password"):
        update(
            strict,
            "Customer",
            id=strict.customer.id,
            password=password.replace("alice@example.com", "customer-2024"),
        )
    with refused(FaultCode.VALUE_INVALID, "password"):
        update(strict, "Voicemail", sipId=ALICE, password="4321")


def test_stored_weak_passwords_stay_and_hashes_are_taken(strict: Platform) -> None:
    update(strict, "Sip", id=ALICE, password="password", firstName="Alice")
    update(strict, "Voicemail", sipId=ALICE, password="1234", name="Alice King")
    known = strict.call("Customer", "getAccount", id=strict.customer.id)
    update(strict, "Customer", id=strict.customer.id, password=known["password"], city="Delft")
    assert strict.account()["firstName"] == "Alice"
    pair = digests_of_password("alice", "example.com", "password1")
    update(strict, "Sip", id=ALICE, password=":".join(pair))
    assert strict.account()["ha1"] == pair[0]


def test_good_passwords_are_accepted(strict: Platform) -> None:
    strict.add_account("bob", password=GOOD)
    update(strict, "Customer", id=strict.customer.id, password=GOOD)
    update(strict, "Voicemail", sipId=ALICE, password="8305")
    assert strict.account("bob")["ha1"] == digests_of_password("bob", "example.com", GOOD)[0]


def test_without_the_setting_clients_decide(platform: Platform) -> None:
    platform.add_domain()
    assert (
        platform.add_account("alice", password="password")["ha1"]
        == digests_of_password("alice", "example.com", "password")[0]
    )
