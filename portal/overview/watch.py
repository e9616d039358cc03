"""What the NGNPro server watches by itself, for the overview; nothing on servers that do not have the port Watch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.watch import COUNTRY, QUOTA, SILENT, SPEND, UNKNOWN
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Alarm, GatewayState, Health, HealthSample

MOST_ALARMS = 10
_KEEP_SECONDS = 60
# a sample is taken every ten minutes: an older one says nothing of the present
_FRESH = timedelta(minutes=25)
_ALARMS: dict[str, str | Promise] = {
    QUOTA: gettext_lazy("Its calls of the month cost %(value)s and have reached its quota of %(threshold)s."),
    SPEND: gettext_lazy("Its calls cost %(value)s within an hour; the threshold is %(threshold)s."),
    COUNTRY: gettext_lazy("It called the country code %(value)s, which its customer had never called before."),
}
_SHORT_CALLS = gettext_lazy("It made %(value)s short calls within an hour; the threshold is %(threshold)s.")


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """An alarm, and what it says in words."""

    alarm: Alarm
    words: str


@dataclass(frozen=True, slots=True)
class Watched:
    """Open alarms, what is wrong with gateways, of how many nothing is known, and numbers of phones."""

    alarms: tuple[ShownAlarm, ...] = ()
    troubles: tuple[tuple[GatewayState, str], ...] = ()
    unknown: int = 0
    latest: HealthSample | None = None
    samples: tuple[HealthSample, ...] = ()


def look_at_watch(ngnpro: Ngnpro, viewer: Viewer, now: datetime) -> Watched | None:
    """Ask the server what it watches; ``None`` if it watches nothing or the viewer is told nothing of it.

    It is asked for alarms with each page, and for the state of the platform once a minute.
    """
    if not ngnpro.watch.is_there or viewer.effective_role not in (Role.OPERATOR, Role.RESELLER):
        return None
    alarms = tuple(ShownAlarm(alarm, _words(alarm)) for alarm in ngnpro.watch.get_alarms(limit=MOST_ALARMS))
    health = _health(ngnpro, viewer)
    latest = next((one for one in reversed(health.samples) if _is_fresh(one, now)), None)
    troubles = tuple((one, trouble_of_gateway(one)) for one in health.gateways if one.state == SILENT)
    unknown = sum(one.state == UNKNOWN for one in health.gateways)
    return Watched(alarms, troubles, unknown, latest, tuple(_hourly(health.samples)))


def trouble_of_gateway(state: GatewayState) -> str:
    """Return a sentence that says what is wrong with a gateway."""
    return _("The gateway %(name)s does not answer.") % {"name": state.name}


def _words(alarm: Alarm) -> str:
    words = str(_ALARMS.get(alarm.kind, _SHORT_CALLS)) % {"value": alarm.value, "threshold": alarm.threshold}
    return f"{words} {_('The account was blocked.')}" if alarm.blocked else words


def _health(ngnpro: Ngnpro, viewer: Viewer) -> Health:
    key = f"health:{hashlib.sha256(viewer.scope.encode()).hexdigest()}"
    known: Health | None = cache.get(key)
    if known is None:
        try:
            known = ngnpro.watch.get_health()
        except errors.NotPermitted:
            known = Health()
        cache.set(key, known, _KEEP_SECONDS)
    return known


def _hourly(samples: tuple[HealthSample, ...]) -> Iterator[HealthSample]:
    """Yield the first sample of each hour, newest first."""
    by_hour = {sample.time[:13]: sample for sample in reversed(samples)}
    return iter(by_hour.values())


def _is_fresh(sample: HealthSample, now: datetime) -> bool:
    return datetime.fromisoformat(sample.time).replace(tzinfo=now.tzinfo) > now - _FRESH
