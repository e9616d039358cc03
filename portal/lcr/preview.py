"""What a change of the routing would do to the test numbers: where each goes now, and where it would go then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from portal.core.forms import digest
from portal.lcr.calls import Attempt, way_of
from portal.lcr.models import NumberSet
from portal.lcr.plan import Change, Plan, changed, named, read_plan
from portal.ngnpro import Ngnpro

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A number as 00 and digits, and who calls it; ``sets`` names the sets that it is in."""

    number: str
    caller: str = ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """A gateway that a call is sent to, and the request; names with numbers, which do not tell two stops apart."""

    carrier: str = field(compare=False)
    carrier_id: int
    gateway: str = field(compare=False)
    gateway_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class Move:
    """A test call that would go elsewhere: its stops in order, as they are and as they would be."""

    call: Call
    before: tuple[Stop, ...]
    after: tuple[Stop, ...]

    @property
    def is_first(self) -> bool:
        """Say whether the first stop differs, and not only what stands by for when it fails."""
        return self.before[:1] != self.after[:1]


@dataclass(frozen=True, slots=True)
class Look:
    """What a change would do: how many test calls there are, and those that would go elsewhere.

    ``token`` says what was shown, so that nothing is applied that nobody has seen. ``problem`` says why nobody could
    look. ``resellers``: whose routing changes. ``after``: that routing as it would be, where it was looked at.
    """

    calls: int = 0
    moves: tuple[Move, ...] = ()
    token: str = ""
    problem: str = ""
    resellers: tuple[int, ...] = ()
    after: Mapping[int, Plan] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Move, ...]:
        return self.moves[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.moves) - len(self.shown)

    def asks(self, typed: Mapping[str, str]) -> bool:
        """Say whether the page has to show this first: the form was not sent from a page that did."""
        return bool(self.moves) and typed.get("confirmed") != self.token


def look_ahead(ngnpro: Ngnpro, engine: str, changes: Mapping[int, Sequence[Change]], also: Iterable[Call] = ()) -> Look:
    """Follow all test calls of the resellers whose routing changes, before and after: four lists for each of them.

    ``changes`` are by reseller, ``also`` are calls besides the saved ones. Without a call NGNPro is not asked.
    """
    moves: list[Move] = []
    plans: dict[int, Plan] = {}
    total = 0
    for reseller, wanted in changes.items():
        calls = saved_calls(engine, reseller)
        kept = {(call.number, call.caller) for call in calls}
        calls += [call for call in also if (call.number, call.caller) not in kept]
        total += len(calls)
        if calls:
            plan = read_plan(ngnpro, reseller)
            plans[reseller] = changed(plan, wanted)
            moves += compare(calls, plan, plans[reseller])
    said = [[[digest(one) if one else "" for one in change] for change in wanted] for wanted in changes.values()]
    token = salted_hmac("portal.lcr.preview", repr((said, moves)), algorithm="sha256").hexdigest()
    return Look(total, tuple(moves), token, resellers=tuple(changes), after=plans)


def saved_calls(engine: str, reseller: int) -> list[Call]:
    """List the calls of a reseller's sets, each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in NumberSet.objects.filter(engine=engine, reseller=reseller):
        for number, caller in one.calls:
            found.setdefault((number, caller), []).append(one.name)
    return [Call(number, caller, tuple(names)) for (number, caller), names in found.items()]


def compare(calls: Iterable[Call], before: Plan, after: Plan) -> list[Move]:
    """List the calls that go elsewhere, those whose first stop differs before those where only a later one does."""
    moves = [Move(call, stops_of(before, call), stops_of(after, call)) for call in calls]
    return sorted((move for move in moves if move.before != move.after), key=lambda move: not move.is_first)


def stops_of(plan: Plan, call: Call) -> tuple[Stop, ...]:
    """Give the gateways that a call is sent to, in order."""
    return tuple(_stop(plan, attempt) for attempt in way_of(plan, call.number, call.caller))


def _stop(plan: Plan, attempt: Attempt) -> Stop:
    carrier, gateway = attempt.route.carrier_id, attempt.gateway
    name = named(plan.names.get(carrier, ""), carrier)
    return Stop(name, carrier, named(gateway.name, gateway.id), gateway.id, attempt.uri)
