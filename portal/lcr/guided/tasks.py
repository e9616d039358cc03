"""Makes a carrier, its gateway, the gateway's rule and the route in this order, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from portal.core.writes import Writes
from portal.lcr.plan import Member
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule

from .choices import Wanted


@dataclass(slots=True)
class Made:
    """What came of it: the records that are there now, and why not all are.

    ``failed`` is the record whose step failed and ``problem`` how; ``unsure`` says that it may be there all the same.
    ``stuck`` says why what was made could not be taken back.
    """

    records: list[Member] = field(default_factory=list)
    failed: Member | None = None
    problem: errors.NgnproError | None = None
    stuck: errors.NgnproError | None = None

    @property
    def unsure(self) -> bool:
        return isinstance(self.problem, errors.Outage) and not self.problem.nothing_changed

    def of(self, kind: type[Any]) -> Any:
        """Give the record of a kind that was made; ``None`` where there is none."""
        return next((record for record in self.records if isinstance(record, kind)), None)


def make_route(ngnpro: Ngnpro, writes: Writes, wanted: Wanted) -> Made:
    """Make what is wanted, each step announced; a step that fails takes the earlier ones back, the last first.

    Where nobody can tell whether a step was done, nothing is taken back: something may hang on it.
    """
    steps = _Steps(ngnpro, writes, Made())
    made = steps.made
    try:
        steps.make(wanted)
    except errors.NgnproError as problem:
        made.problem = problem
        if not made.unsure:
            steps.take_back()
    return made


@dataclass(frozen=True, slots=True)
class _Steps:
    ngnpro: Ngnpro
    writes: Writes
    made: Made

    def make(self, wanted: Wanted) -> None:
        sip, carrier, gateway = self.ngnpro.sip, wanted.carrier, wanted.gateway
        if not carrier.id:
            carrier = self.add(carrier, sip.add_carrier)
        if not gateway.id:
            gateway = self.add(replace(gateway, carrier_id=carrier.id, carrier=carrier.name), sip.add_gateway)
        if wanted.rule:
            self.add(replace(wanted.rule, gateway_id=gateway.id, gateway=gateway.name), sip.add_gateway_rule)
        self.add(replace(wanted.route, carrier_id=carrier.id, carrier=carrier.name), sip.add_route)

    def add(self, record: Any, call: Callable[[Any], Any]) -> Any:
        """Make one record, and give it as NGNPro has it."""
        self.made.failed = record
        with self.writes.change(None, record) as write:
            stored = write.stored = call(record)
        self.made.failed = None
        self.made.records.append(stored or record)
        return stored or record

    def take_back(self) -> None:
        """Delete what was made, the last first, and stop where that fails."""
        while self.made.records:
            record = self.made.records[-1]
            try:
                with self.writes.change(record):
                    self.delete(record)
            except errors.NgnproError as stuck:
                self.made.stuck = stuck
                return
            self.made.records.pop()

    def delete(self, record: Member) -> None:
        sip = self.ngnpro.sip
        match record:
            case Carrier():
                sip.delete_carrier(record.id)
            case Gateway():
                sip.delete_gateway(record.id)
            case GatewayRule():
                sip.delete_gateway_rule(record.id)
