"""What the SIP proxies have loaded, as pages show it: by topic and proxy, and in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from ngnpro_wire.proxies import LOADED, SAVED
from portal.core.error_pages import explain_error
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import ProxyLoad

from .choices import STATES, TOPICS, UNKNOWN_STATE, Topic


@dataclass(frozen=True, slots=True)
class NodeState:
    """A proxy and what it has of a topic: its lamp, the state in words, and since when it has it."""

    name: str
    lamp: str
    words: str | Promise
    since: str
    error: str


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic with the state of each proxy."""

    name: str
    topic: Topic
    changed: str
    nodes: tuple[NodeState, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether the latest changes of topics are in force: ``loaded``, ``saved`` or ``unknown``.

    ``since``: when the last proxy loaded them. ``waiting`` of ``proxies`` proxies lack changes. ``reason``: why nothing
    is known.
    """

    state: str
    since: str = ""
    waiting: int = 0
    proxies: int = 0
    reason: str = ""


def topic_states(loads: Sequence[ProxyLoad]) -> list[TopicState]:
    """Return all topics that the portal knows, with the state of each proxy."""
    found = []
    for name, topic in TOPICS.items():
        rows = [load for load in loads if load.topic == name]
        if rows:
            found.append(TopicState(name, topic, rows[0].changed, tuple(_node(row) for row in rows)))
    return found


def _node(load: ProxyLoad) -> NodeState:
    lamp, words = STATES.get(load.state, UNKNOWN_STATE)
    return NodeState(load.node, lamp, words, load.loaded, load.error)


def in_force(ngnpro: Ngnpro, topics: Iterable[str]) -> InForce | None:
    """Return whether topics are in force with one call; ``None`` on servers that tell no SIP proxies of changes."""
    if not ngnpro.platform.has_proxies:
        return None
    try:
        loads = [load for load in ngnpro.platform.get_proxy_loads() if load.topic in topics]
    except errors.NgnproError as error:
        return InForce("unknown", reason=explain_error(error).what)
    waiting = {load.node for load in loads if load.state == SAVED}
    if waiting:
        return InForce(SAVED, waiting=len(waiting), proxies=len({load.node for load in loads}))
    if loads and all(load.state == LOADED for load in loads):
        return InForce(LOADED, since=max(load.loaded for load in loads))
    return InForce("unknown")
