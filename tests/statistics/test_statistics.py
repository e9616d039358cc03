"""The pages of statistics: what they draw, for whom, and what they say of a server that does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ngnpro_server.store import statistics
from ngnpro_server.store.engine import transaction
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.ngnpro import errors
from portal.ngnpro.records import NetworkFigure, NetworkNode, UsageSample
from portal.statistics.choices import PERIODS, by_bar, period_called
from portal.statistics.services import fetch_network, or_unknown
from tests.support.pages import Page
from tests.support.portal import Platform

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 15, 12, 20, tzinfo=UTC)


@pytest.fixture
def counted(world: Platform) -> Platform:
    """The platform of all people, with usage in the last two hours."""
    last = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0) - HOUR
    with transaction(world.server.engine, write=True) as connection:
        statistics.store_usage(connection, last, {"example.com": 3}, {"example.com": (17, 600)})
        statistics.store_usage(connection, last - HOUR, {"other.example": 2}, {"other.example": (23, 60)})
    return world


def test_the_use_of_all_domains_is_drawn_and_listed(browser: Client, counted: Platform) -> None:
    answer = browser.get("/statistics/")
    page = Page(answer)
    assert answer.status_code == 200
    for words in (
        "Accounts online",
        "Answered calls",
        "Minutes of calls",
        "highest 23",
        "example.com",
        "other.example",
    ):
        assert words in page.text
    assert answer.content.decode().count('role="img"') == 3
    assert answer.content.decode().count("<details") == 3


def test_one_domain_is_shown_alone(browser: Client, counted: Platform) -> None:
    page = Page(browser.get("/statistics/?domain=example.com"))
    assert "highest 17" in page.text
    assert "other.example" not in page.text
    assert browser.get("/statistics/?domain=nothing.example").status_code == 404


def test_resellers_and_customers_see_their_own_domains_only(people: dict[str, Client], counted: Platform) -> None:
    for person in ("reseller", "customer"):
        page = Page(people[person].get("/statistics/"))
        assert "example.com" in page.text, person
        assert "other.example" not in page.text, person
        assert people[person].get("/statistics/?domain=other.example").status_code == 404


@pytest.mark.parametrize("period", ["week", "month", "<script>"])
def test_other_periods_are_drawn(browser: Client, counted: Platform, period: str) -> None:
    answer = browser.get("/statistics/", {"period": period})
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script src", b"")


def test_without_a_count_nothing_is_drawn(browser: Client, world: Platform) -> None:
    page = Page(browser.get("/statistics/"))
    assert page.text.count("Nothing was counted in this period.") == 3


def test_calls_of_the_interface_are_listed_by_operation_and_client(browser: Client, world: Platform) -> None:
    world.server.app.tally.store(world.server.engine)
    page = Page(browser.get("/statistics/provisioning/"))
    assert ["Sip", "addDomain"] in [row[:2] for row in page.rows()]
    assert "Calls per minute" in page.text


def test_the_network_names_the_server_and_counts_the_accounts(browser: Client, world: Platform) -> None:
    page = Page(browser.get("/statistics/network/"))
    assert ["provisioning", "127.0.0.1", "NGNPro server"] in [row[:3] for row in page.rows()]
    assert any(row[0] == "example.com" for row in page.rows())


def test_media_sessions_are_a_tab_of_the_statistics(browser: Client, world: Platform) -> None:
    assert "/accounts/tracing/media/" in browser.get("/statistics/").content.decode()


def test_a_server_that_does_not_count_is_told_from_one_that_fails() -> None:
    def refuse(error: errors.Refusal) -> Any:
        raise error

    assert or_unknown(lambda: refuse(errors.NotOffered(FaultCode.OPERATION_UNKNOWN, "x"))) is None
    assert or_unknown(lambda: refuse(errors.OtherRefusal(4711, "x"))) is None
    with pytest.raises(errors.OtherRefusal):
        or_unknown(lambda: refuse(errors.OtherRefusal(FaultCode.DATABASE_BUSY, "x")))
    with pytest.raises(errors.NotPermitted):
        or_unknown(lambda: refuse(errors.NotPermitted(FaultCode.NOT_PERMITTED, "x")))


@pytest.mark.parametrize("period", PERIODS, ids=lambda one: one.name)
def test_each_sample_is_in_the_bar_of_its_time(period: Any) -> None:
    times = [NOW.replace(minute=0) - hours * HOUR for hours in range(period.hours)]
    samples = [UsageSample(time=f"{time:%Y-%m-%d %H:%M:%S}") for time in times]
    bars = by_bar(samples, lambda one: one.time, period, NOW)
    assert len(bars) == period.hours // period.step
    assert sum(len(found) for _start, found in bars) > period.hours - period.step
    assert all(len(found) <= period.step for _start, found in bars)
    assert period_called(period.name) is period


class _Network:
    """What AG Projects' server answers, without a summary."""

    def get_status(self) -> tuple[NetworkNode, ...]:
        extra = {"id": "1", "ip": "192.0.2.1", "dburi": "mysql://secret", "load": "0.1"}
        return (NetworkNode(id="1", ip="192.0.2.1", roles=("sip_proxy",), source=extra),)

    def get_statistics(self) -> tuple[NetworkFigure, ...]:
        nodes = (("192.0.2.1", 2), ("192.0.2.2", 3))
        return tuple(
            NetworkFigure(node=node, role="sip_proxy", section="online_accounts", domain="a.example", number=number)
            for node, number in nodes
        )


def test_numbers_of_nodes_are_added_up_and_addresses_of_databases_are_left_out() -> None:
    class Ngnpro:
        network = _Network()

    found: Any = fetch_network(Ngnpro())  # type: ignore[arg-type]
    assert found.domains == (("a.example", (0, 5, 0)),)
    assert found.nodes[0][1:] == (["SIP proxy"], (("load", "0.1"),))
