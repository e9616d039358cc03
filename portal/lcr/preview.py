"""The preview of a change of the routing: where each test number goes before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from portal.core.error_pages import explain_error
from portal.core.forms import record_digest
from portal.lcr.calls import Attempt, attempts_for
from portal.lcr.models import NumberSet
from portal.lcr.plan import Change, RoutingPlan, apply_changes, name_with_number, read_plan
from portal.ngnpro import Ngnpro, errors

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A number as 00 and digits, and who calls it; ``sets`` are the names of the sets that it is in."""

    number: str
    caller: str = ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallStop:
    """A gateway that a call is sent to, and the request URI. Stops that only differ in names are equal."""

    carrier: str = field(compare=False)
    carrier_id: int
    gateway: str = field(compare=False)
    gateway_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class MovedCall:
    """A test call that would be routed differently: its stops in order, before and after the change."""

    call: SampleCall
    before: tuple[CallStop, ...]
    after: tuple[CallStop, ...]

    @property
    def is_first(self) -> bool:
        """Whether the first stop differs, and not only those that are tried if it fails."""
        return self.before[:1] != self.after[:1]


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of a change: the number of test calls, and those that would be routed differently.

    ``token`` identifies what was shown, so that only a change that was shown is made. ``problem`` is the reason why
    there is no preview. ``resellers`` are those whose routing changes, and ``after`` holds their plans after the
    change, if these were computed.
    """

    calls: int = 0
    moves: tuple[MovedCall, ...] = ()
    token: str = ""
    problem: str = ""
    resellers: tuple[int, ...] = ()
    after: Mapping[int, RoutingPlan] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[MovedCall, ...]:
        return self.moves[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.moves) - len(self.shown)

    def needs_confirmation(self, typed: Mapping[str, str]) -> bool:
        """Return whether calls are routed differently and the page with the form did not show exactly these."""
        return bool(self.moves) and typed.get("confirmed") != self.token


def preview_changes(
    ngnpro: Ngnpro, engine: str, changes: Mapping[int, Sequence[Change]], also: Iterable[SampleCall] = ()
) -> Preview:
    """Trace all test calls of the resellers whose routing changes, before and after: four lists for each of them.

    ``changes`` are by reseller, ``also`` are calls besides the stored ones. For a reseller without test calls, NGNPro
    is not called. If NGNPro refuses to list the routing, ``problem`` of the preview says why.
    """
    try:
        return _preview(ngnpro, engine, changes, also)
    except errors.Refusal as refusal:
        return Preview(problem=explain_error(refusal).what)


def _preview(
    ngnpro: Ngnpro, engine: str, changes: Mapping[int, Sequence[Change]], also: Iterable[SampleCall]
) -> Preview:
    moves: list[MovedCall] = []
    plans: dict[int, RoutingPlan] = {}
    total = 0
    for reseller, wanted in changes.items():
        calls = stored_calls(engine, reseller)
        kept = {(call.number, call.caller) for call in calls}
        calls += [call for call in also if (call.number, call.caller) not in kept]
        total += len(calls)
        if calls:
            plan = read_plan(ngnpro, reseller)
            plans[reseller] = apply_changes(plan, wanted)
            moves += compare_plans(calls, plan, plans[reseller])
    shown = [
        [[record_digest(one) if one else "" for one in change] for change in wanted] for wanted in changes.values()
    ]
    token = salted_hmac("portal.lcr.preview", repr((shown, moves)), algorithm="sha256").hexdigest()
    return Preview(total, tuple(moves), token, resellers=tuple(changes), after=plans)


def stored_calls(engine: str, reseller: int) -> list[SampleCall]:
    """List the calls of a reseller's sets of test numbers, each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in NumberSet.objects.filter(engine=engine, reseller=reseller):
        for number, caller in one.calls:
            found.setdefault((number, caller), []).append(one.name)
    return [SampleCall(number, caller, tuple(names)) for (number, caller), names in found.items()]


def compare_plans(calls: Iterable[SampleCall], before: RoutingPlan, after: RoutingPlan) -> list[MovedCall]:
    """List the calls that are routed differently: first those whose first stop differs, then the others."""
    moves = [MovedCall(call, stops_of_call(before, call), stops_of_call(after, call)) for call in calls]
    return sorted((move for move in moves if move.before != move.after), key=lambda move: not move.is_first)


def stops_of_call(plan: RoutingPlan, call: SampleCall) -> tuple[CallStop, ...]:
    """Return the gateways that a call is sent to, in order."""
    return tuple(_stop(plan, attempt) for attempt in attempts_for(plan, call.number, call.caller))


def _stop(plan: RoutingPlan, attempt: Attempt) -> CallStop:
    carrier, gateway = attempt.route.carrier_id, attempt.gateway
    name = name_with_number(plan.names.get(carrier, ""), carrier)
    return CallStop(name, carrier, name_with_number(gateway.name, gateway.id), gateway.id, attempt.uri)
