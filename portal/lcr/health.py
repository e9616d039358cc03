"""Whether gateways answer, as the NGNPro server saw it last; servers that do not watch them have no such states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.watch import ANSWERS, SILENT, UNKNOWN
from portal.ngnpro import Ngnpro, RecordPage, errors
from portal.ngnpro.records import Gateway, GatewayState

LAMPS: dict[str, tuple[str, str | Promise]] = {
    ANSWERS: ("on", _("Answers")),
    SILENT: ("bad", _("Does not answer")),
    UNKNOWN: ("", _("Not known whether it answers")),
}


@dataclass(frozen=True, slots=True)
class ShownGateway:
    """A gateway with the lamp and the word of its state; both are empty where gateways are not watched."""

    gateway: Gateway
    lamp: str = ""
    state: str | Promise = ""


@dataclass(frozen=True, slots=True)
class GatewaysWithStates:
    """The first gateways, and how many there are in all."""

    total: int
    items: tuple[ShownGateway, ...]

    @property
    def silent(self) -> int:
        return sum(one.lamp == "bad" for one in self.items)


def states_of_gateways(ngnpro: Ngnpro) -> dict[int, GatewayState] | None:
    """Return the states of gateways by number, with one call; ``None`` if the server has none or does not say."""
    if not ngnpro.watch.is_there:
        return None
    try:
        return {state.id: state for state in ngnpro.watch.get_health().gateways} or None
    except errors.Refusal:
        return None


def with_states(ngnpro: Ngnpro, gateways: RecordPage[Gateway]) -> GatewaysWithStates:
    """Return gateways with whether they answer."""
    states = states_of_gateways(ngnpro) if gateways.items else None
    return GatewaysWithStates(gateways.total, tuple(shown_gateways(gateways, states)))


def shown_gateways(gateways: Iterable[Gateway], states: dict[int, GatewayState] | None) -> Iterable[ShownGateway]:
    for gateway in gateways:
        if states is None:
            yield ShownGateway(gateway)
        else:
            state = states.get(gateway.id)
            yield ShownGateway(gateway, *LAMPS.get(state.state if state else UNKNOWN, LAMPS[UNKNOWN]))
