"""The charts and numbers of the statistics, from what NGNPro returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.charts import Chart, draw_bars
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import (
    NetworkFigure,
    NetworkNode,
    Provisioning,
    ProvisioningSample,
    ProvisioningShare,
    Usage,
    UsageSample,
)

from .choices import ROLES, Period, by_bar

T = TypeVar("T")
SUMMARY = "summary"
_ROUND = 1
# of the numbers of the network, those that CDRTool shows (contract: NetworkStatisticsJson)
SECTIONS = ("total_accounts", "online_accounts", "online_devices")


@dataclass(frozen=True, slots=True)
class UsageCharts:
    """The charts of how much domains are used; each is ``None`` if nothing of it is known."""

    registered: Chart | None
    calls: Chart | None
    minutes: Chart | None


@dataclass(frozen=True, slots=True)
class ProvisioningCharts:
    """The charts of NGNPro's interface: calls per minute, faults, and milliseconds for each call."""

    calls: Chart | None
    faults: Chart | None
    milliseconds: Chart | None


@dataclass(frozen=True, slots=True)
class Share:
    """The calls of an operation from one address, with the milliseconds of each and the faults of a hundred."""

    share: ProvisioningShare
    milliseconds: float
    percent: float


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes with their roles in words and their other members, and the numbers of ``SECTIONS`` by domain."""

    nodes: tuple[tuple[NetworkNode, list[str], tuple[tuple[str, object], ...]], ...]
    domains: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]


def or_unknown(fetch: Callable[[], T]) -> T | None:
    """Return what NGNPro counts; ``None`` if it refuses because it does not have the operation."""
    try:
        return fetch()
    except errors.NotOffered:
        return None
    except errors.OtherRefusal as refusal:
        if refusal.code in set(FaultCode):
            raise
        return None


def fetch_usage(ngnpro: Ngnpro, domain: str, period: Period) -> Usage | None:
    """Return how much domains were used; ``None`` if the server does not count that."""
    return or_unknown(lambda: ngnpro.watch.get_usage(domain, period.hours))


def usage_charts(usage: Usage, period: Period, now: datetime) -> UsageCharts:
    """Draw the accounts that were online (the most of each bar), the calls that began, and their minutes."""
    bars = by_bar(usage.samples, lambda sample: sample.time, period, now)

    def draw(value: Callable[[Sequence[UsageSample]], float]) -> Chart | None:
        return draw_bars((period.label_of(start), value(found) if found else None) for start, found in bars)

    return UsageCharts(
        registered=draw(lambda found: max(one.registered for one in found)),
        calls=draw(lambda found: sum(one.calls for one in found)),
        minutes=draw(lambda found: round(sum(one.seconds for one in found) / 60)),
    )


def fetch_provisioning(ngnpro: Ngnpro, period: Period) -> Provisioning | None:
    """Return how NGNPro's interface was used; ``None`` if the server does not count that."""
    return or_unknown(lambda: ngnpro.watch.get_provisioning(period.hours))


def provisioning_charts(found: Provisioning, period: Period, now: datetime) -> ProvisioningCharts:
    """Draw the calls per minute, the faults, and the time of a call; bars without a call are unknown."""
    bars = by_bar(found.samples, lambda sample: sample.time, period, now)

    def draw(value: Callable[[datetime, Sequence[ProvisioningSample]], float]) -> Chart | None:
        return draw_bars((period.label_of(start), value(start, found) if found else None) for start, found in bars)

    def per_minute(start: datetime, found: Sequence[ProvisioningSample]) -> float:
        # the last bar has not ended yet
        minutes = min(period.step * 60.0, max(1.0, (now - start) / timedelta(minutes=1)))
        return round(sum(one.calls for one in found) / minutes, _ROUND)

    return ProvisioningCharts(
        calls=draw(per_minute),
        faults=draw(lambda _start, found: sum(one.faults for one in found)),
        milliseconds=draw(
            lambda _start, found: round(
                sum(one.milliseconds for one in found) / max(1, sum(one.calls for one in found)), _ROUND
            )
        ),
    )


def shares_of(found: Provisioning) -> list[Share]:
    """Return the operations and addresses with most calls first, with averages."""
    return [
        Share(one, round(one.milliseconds / one.calls, _ROUND), round(100 * one.faults / one.calls, _ROUND))
        for one in found.shares
        if one.calls
    ]


def fetch_network(ngnpro: Ngnpro) -> Network | None:
    """Return the nodes of the platform and numbers of its domains; ``None`` if the server knows no network."""
    nodes = or_unknown(ngnpro.network.get_status)
    figures = or_unknown(ngnpro.network.get_statistics)
    if nodes is None and figures is None:
        return None
    numbers = _by_domain(figures or ())
    domains = tuple((name, _row(numbers[name])) for name in sorted(numbers))
    totals = tuple(sum(row[place] for _name, row in domains) for place in range(len(SECTIONS)))
    shown = ((node, [str(ROLES.get(role, role)) for role in node.roles], _more(node)) for node in nodes or ())
    return Network(tuple(shown), domains, totals)


def _by_domain(figures: Sequence[NetworkFigure]) -> Mapping[str, dict[str, int]]:
    """Return the numbers of the whole network by domain and section: of its summary, else the sums of its nodes."""
    has_summary = any(one.node == SUMMARY for one in figures)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in figures:
        if one.section in SECTIONS and one.domain and (one.node == SUMMARY or not has_summary):
            found[one.domain][one.section] = found[one.domain].get(one.section, 0) + one.number
    return found


def _row(numbers: Mapping[str, int]) -> tuple[int, ...]:
    # a domain that is not in a section has none there
    return tuple(numbers.get(section, 0) for section in SECTIONS)


def _more(node: NetworkNode) -> tuple[tuple[str, object], ...]:
    """Return what the server says of a node beside its record; addresses of databases have passwords."""
    return tuple((name, value) for name, value in sorted(node.extra.items()) if name != "dburi")
