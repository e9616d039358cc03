"""The routing simulator: where a call goes, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Schema

from portal.core.viewer import Role
from portal.lcr.calls import Trace
from portal.lcr.simulator.services import account_of, decide_call, trace_caller
from portal.people.tokens.middleware import ApiRequest

from .asking import json_answer, require_right
from .problems import InvalidMembers

ROOM = "lcr:simulator"


class StepOut(Schema):
    """A check of the call; ``status`` is what the proxy answers if it fails, else 0."""

    text: str
    status: int


class AttemptOut(Schema):
    """A gateway that the call is offered to; ``uri`` is empty if it is skipped, and ``why`` says why."""

    carrier: str
    gateway: str
    uri: str
    why: str


class RoutedCall(Schema):
    """Where a call goes: ``status`` is that of a refusal, else 0; ``unknown`` is what NGNPro did not say."""

    number: str
    status: int
    sentTo: list[str]  # noqa: N815 - as members of records are named
    steps: list[StepOut]
    attempts: list[AttemptOut]
    unknown: list[str]


def route_call(request: ApiRequest, number: str, caller: str, country: str, reseller: int) -> HttpResponse:
    """Follow a call as the SIP proxy would: of an account, or of another caller with the routes of a reseller.

    Answers why a caller cannot reach a number: `status` is the refusal, and the step with a `status` is its reason.
    """
    require_right(request, ROOM, "try")
    viewer, ngnpro = request.viewer, request.ngnpro
    account, country = account_of(ngnpro, caller), country.removeprefix("+")
    try:
        if account is None:
            whose = reseller if viewer.effective_role is Role.OPERATOR else viewer.own_customer
            trace = trace_caller(ngnpro, number, country, caller, whose)
            sent_to = [attempt.uri for attempt in trace.taken]
            return json_answer(_shown(trace.number, 0 if sent_to else 404, sent_to, [], trace, []))
        found = decide_call(ngnpro, viewer, account, number, country)
    except ValueError as problem:
        raise InvalidMembers([("number", str(problem))]) from problem
    steps = [{"text": str(step.text), "status": step.status} for step in found.steps]
    return json_answer(_shown(found.number, found.status, list(found.sent_to), steps, found.trace, found.unknown))


def _shown(
    number: str, status: int, sent_to: list[str], steps: list[Any], trace: Trace | None, unknown: list[str]
) -> dict[str, Any]:
    attempts = [
        {"carrier": one.carrier, "gateway": one.gateway_name, "uri": one.uri, "why": str(one.why)}
        for one in (trace.attempts if trace else ())
    ]
    shown = {"number": number, "status": status, "sentTo": sent_to, "steps": steps, "attempts": attempts}
    return {**shown, "unknown": [str(one) for one in unknown]}
