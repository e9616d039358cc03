"""Stored counts always equal the result of counting the rows."""

from __future__ import annotations

import contextlib
from random import Random
from typing import Any

from ngnpro_server.store import accounts, aliases, customers, domains, enum, groups
from ngnpro_server.store import schema as s
from ngnpro_server.store.counts import fold_changes
from ngnpro_server.store.engine import transaction
from ngnpro_wire.codec import WireFault
from tests.support.platform import Platform, kept_numbers
from tests.support.server import TestServer

TALLIES = (
    (accounts.TALLY, s.sip_accounts),
    (aliases.TALLY, s.sip_aliases),
    (customers.TALLY, s.customers),
    (domains.TALLY, s.sip_domains),
    (enum.RANGES, s.enum_ranges),
    (enum.NUMBERS, s.enum_numbers),
)


def recounted(server: TestServer) -> dict[tuple[str, ...], int]:
    with transaction(server.engine, write=True) as connection:
        for tally, table in TALLIES:
            tally.recount(connection, table)
        groups.recount_groups(connection)
    return kept_numbers(server)


def test_after_any_changes_the_numbers_are_those_of_counting(platform: Platform) -> None:
    random = Random(2026)
    parties = [p.id for p in (platform.customer, platform.sibling, platform.stranger, platform.reseller)]
    names = [f"d{n}.example" for n in range(4)]

    def party() -> int:
        return random.choice(parties)

    def some_groups() -> list[str]:
        return random.sample(["quota", "blocked", "free-pstn"], random.randrange(3))

    def sip_id() -> dict[str, str]:
        return {"username": random.choice("abcdef"), "domain": random.choice(names)}

    def enum_id() -> dict[str, str]:
        return {"number": f"31235500{random.randrange(10)}", "tld": "e164.arpa"}

    def range_id() -> dict[str, str]:
        return {"prefix": random.choice(["312355", "31235500"]), "tld": "e164.arpa"}

    steps: list[Any] = [
        lambda: ("Sip", "addDomain", {"domain": {"domain": random.choice(names), "customer": party()}}),
        lambda: (
            "Sip",
            "updateDomain",
            {"domain": {"domain": random.choice(names), "customer": party()}},
        ),
        lambda: ("Sip", "deleteDomain", {"domain": random.choice(names)}) if random.random() < 0.3 else None,
        *[lambda: ("Sip", "addAccount", {"account": {"id": sip_id(), "password": "x", "groups": some_groups()}})] * 4,
        lambda: ("Sip", "updateAccount", {"account": {"id": sip_id(), "groups": some_groups()}}),
        lambda: ("Sip", "addToGroup", {"sipId": sip_id(), "group": "quota"}),
        lambda: ("Sip", "removeFromGroup", {"sipId": sip_id(), "group": "quota"}),
        lambda: ("Voicemail", "addAccount", {"account": {"sipId": sip_id()}}),
        lambda: ("Sip", "updateAccount", {"account": {"id": sip_id(), "owner": party()}}),
        lambda: ("Sip", "deleteAccount", {"sipId": sip_id()}),
        *[lambda: ("Sip", "addAlias", {"alias": {"id": sip_id(), "target": sip_id()}})] * 3,
        lambda: ("Sip", "updateAlias", {"alias": {"id": sip_id(), "owner": party()}}),
        lambda: ("Sip", "deleteAlias", {"id": sip_id()}),
        lambda: ("Enum", "addRange", {"range": {"id": range_id(), "customer": party()}}),
        lambda: ("Enum", "updateRange", {"range": {"id": range_id(), "customer": party()}}),
        lambda: ("Enum", "deleteRange", {"range": range_id()}),
        *[lambda: ("Enum", "addNumber", {"number": {"id": enum_id()}})] * 2,
        lambda: ("Enum", "updateNumber", {"number": {"id": enum_id(), "owner": party()}}),
        lambda: ("Enum", "deleteNumber", {"enumId": enum_id()}),
        lambda: ("Customer", "addAccount", {"account": {"username": random.choice("uvw"), "password": "x"}}),
        lambda: ("Customer", "deleteAccount", {"id": random.randrange(6, 9)}),
    ]
    done = 0
    for _ in range(300):
        step = random.choice(steps)()
        if step is None:
            continue
        with contextlib.suppress(WireFault):
            platform.call(step[0], step[1], **step[2])
            done += 1
    assert done > 80
    kept = kept_numbers(platform.server)
    for _ in range(2):
        with transaction(platform.server.engine, write=True) as connection:
            fold_changes(connection)
        assert kept_numbers(platform.server) == kept
        with platform.server.engine.connect() as connection:
            by_domain = accounts.TALLY.numbers(connection, "domain")
        counted = {key: number for (kind, scope, key), number in kept.items() if (kind, scope) == ("account", "domain")}
        assert by_domain == {key: number for key, number in counted.items() if number}
    assert kept == recounted(platform.server)
    ranges = platform.call("Enum", "getRanges", query={})["ranges"]
    assert sum(r["used"] for r in ranges) == kept.get(("number", "all", ""), 0)
