"""Services of the tracing room: the search, the traces of a call, and links with which carriers read one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from portal.accounts.calls.services import find_media
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.accounts.tracing.choices import MOST_EXPORTED, TraceKey
from portal.accounts.tracing.packets import Packet, packets_of
from portal.core import servers
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro, Query, Range
from portal.ngnpro.records import CallSearch, FoundCall, MediaTrace, MediaTraceFilter, SipTraceFilter

from .models import TraceLink

AT_ONCE = 1000


def searches_calls(ngnpro: Ngnpro) -> bool:
    """Return whether the NGNPro server searches for calls across accounts; if it has not answered yet, it is asked."""
    if not ngnpro.watch.is_there:
        ngnpro.sip.get_domains(Query(range=Range(0, 1)))
    return ngnpro.watch.is_there and ngnpro.watch.offers("getFoundCalls")


def all_calls(ngnpro: Ngnpro, query: CallSearch) -> Iterator[FoundCall]:
    """Yield the calls that a search finds, newest first, up to ``MOST_EXPORTED``, with one call for each thousand."""
    for start in range(0, MOST_EXPORTED, AT_ONCE):
        found = ngnpro.watch.get_found_calls(replace(query, start=start, count=AT_ONCE))
        yield from found.calls
        if not found.more:
            return


@dataclass(frozen=True, slots=True)
class CallTrail:
    """The SIP and media traces of a call; each may be ``Unknown`` with the reason why it is not available."""

    packets: tuple[Packet, ...] | Unknown
    media: MediaTrace | Unknown


def fetch_trail(ngnpro: Ngnpro, key: TraceKey) -> CallTrail:
    """Fetch the SIP trace and the media trace of a call, with two requests."""
    named: dict[str, Any] = {
        "node_ip": key.node_ip,
        "call_id": key.call_id,
        "from_tag": key.from_tag,
        "to_tag": key.to_tag,
    }
    return CallTrail(
        packets=fetch_or_unknown(lambda: packets_of(ngnpro.sip.get_sip_trace(SipTraceFilter(**named)))),
        media=fetch_or_unknown(lambda: find_media(ngnpro, MediaTraceFilter(**named))),
    )


@dataclass(frozen=True, slots=True)
class Succession:
    """When a stream was relayed, in percent of the call: its begin, its length, and how long it waited for packets."""

    left: float
    width: float
    waited: float

    @property
    def waited_from(self) -> float:
        return round(self.left + self.width - self.waited, 1)


def succession_of(media: MediaTrace) -> list[Succession]:
    """Return the bars of the streams of a call."""
    whole = max([media.duration, *(stream.end_time for stream in media.streams), 1])
    return [
        Succession(
            left=round(100 * max(0, one.start_time) / whole, 1),
            width=round(100 * max(0, one.end_time - one.start_time) / whole, 1),
            waited=round(100 * min(one.timeout_wait, max(0, one.end_time - one.start_time)) / whole, 1)
            if "timeout" in one.status
            else 0.0,
        )
        for one in media.streams
    ]


def links_of(viewer: Viewer, key: TraceKey) -> QuerySet[TraceLink]:
    """Return the valid links to a trace that the viewer may end: those made with the same view of NGNPro."""
    return _valid().filter(engine=servers.engine(viewer.engine).name, scope=viewer.scope[:400], call_id=key.call_id)


def make_link(viewer: Viewer, key: TraceKey, days: int) -> str:
    """Store a link to a trace, and return its token (256 random bits), of which only the hash is stored."""
    token = secrets.token_urlsafe(32)
    TraceLink.objects.create(
        engine=servers.engine(viewer.engine).name,
        scope=viewer.scope[:400],
        made_by=viewer.login,
        call_id=key.call_id,
        node_ip=key.node_ip,
        from_tag=key.from_tag,
        to_tag=key.to_tag,
        token_hash=_hash(token),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token


def open_link(token: str) -> TraceLink | None:
    """Return the valid link with a token, and count that it was opened."""
    link = _valid().filter(token_hash=_hash(token)).first()
    if link is not None:
        TraceLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)
    return link


def valid_link(number: object) -> TraceLink | None:
    """Return a link by its number in the session, if it is still valid."""
    return _valid().filter(pk=number).first() if isinstance(number, int) else None


def end_link(viewer: Viewer, key: TraceKey, number: int) -> bool:
    """End a link; returns whether it was valid and the viewer may end it."""
    return links_of(viewer, key).filter(pk=number).update(ended_at=timezone.now()) > 0


def key_of(link: TraceLink) -> TraceKey:
    """Return the key of the trace that a link shows."""
    return TraceKey(link.call_id, link.node_ip, link.from_tag, link.to_tag)


def _valid() -> QuerySet[TraceLink]:
    return TraceLink.objects.filter(ended_at=None, expires_at__gt=timezone.now())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
