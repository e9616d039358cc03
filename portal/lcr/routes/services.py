"""Adds a route with the carrier, gateway and rule that it needs: in this order, and all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from portal.core.writes import Writes
from portal.lcr.plan import Member, WantedRoute
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule


@dataclass(slots=True)
class AddedRecords:
    """The result: the records that exist now, and why some of them may be missing.

    ``failed`` is the record whose call failed and ``problem`` the error. ``unsure``: this record may exist
    nevertheless. ``stuck`` is the error because of which the records added before could not be deleted again.
    """

    records: list[Member] = field(default_factory=list)
    failed: Member | None = None
    problem: errors.Refusal | errors.Outage | None = None
    stuck: errors.NgnproError | None = None

    @property
    def unsure(self) -> bool:
        return isinstance(self.problem, errors.Outage) and not self.problem.nothing_changed

    def of_type(self, record_class: type[Any]) -> Any:
        """Return the record of a type that was added; ``None`` if there is none."""
        return next((record for record in self.records if isinstance(record, record_class)), None)


def add_route_with_parts(ngnpro: Ngnpro, writes: Writes, wanted: WantedRoute) -> AddedRecords:
    """Add a route and what it needs, and journal each write; if one fails, delete those before it, the last one first.

    If it is unknown whether the failed record was stored, nothing is deleted: the record may depend on the others.
    """
    adding = _Adding(ngnpro, writes, AddedRecords())
    added = adding.added
    try:
        adding.add_all(wanted)
    except (errors.Refusal, errors.Outage) as problem:
        added.problem = problem
        if not added.unsure:
            adding.delete_all()
    return added


@dataclass(frozen=True, slots=True)
class _Adding:
    ngnpro: Ngnpro
    writes: Writes
    added: AddedRecords

    def add_all(self, wanted: WantedRoute) -> None:
        sip, carrier, gateway = self.ngnpro.sip, wanted.carrier, wanted.gateway
        if not carrier.id:
            carrier = self.add(carrier, sip.add_carrier)
        if not gateway.id:
            gateway = self.add(replace(gateway, carrier_id=carrier.id, carrier=carrier.name), sip.add_gateway)
        if wanted.rule:
            self.add(replace(wanted.rule, gateway_id=gateway.id, gateway=gateway.name), sip.add_gateway_rule)
        self.add(replace(wanted.route, carrier_id=carrier.id, carrier=carrier.name), sip.add_route)

    def add(self, record: Any, call: Callable[[Any], Any]) -> Any:
        """Add one record, and return it as NGNPro stores it."""
        self.added.failed = record
        with self.writes.change(None, record) as write:
            stored = write.stored = call(record)
        self.added.failed = None
        self.added.records.append(stored or record)
        return stored or record

    def delete_all(self) -> None:
        """Delete what was added, the last one first, up to the first failure."""
        while self.added.records:
            record = self.added.records[-1]
            try:
                with self.writes.change(record):
                    self.delete(record)
            except errors.NgnproError as stuck:
                self.added.stuck = stuck
                return
            self.writes.mark_taken_back(self.added.records.pop())
        self.writes.mark_undone()

    def delete(self, record: Member) -> None:
        sip = self.ngnpro.sip
        match record:
            case Carrier():
                sip.delete_carrier(record.id)
            case Gateway():
                sip.delete_gateway(record.id)
            case GatewayRule():
                sip.delete_gateway_rule(record.id)
