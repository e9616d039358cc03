"""What the NGNPro server watches by itself, for the overview; nothing on servers that do not have the port Watch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.watch import COUNTRY, QUOTA, SILENT, SPEND, UNKNOWN
from portal.core.charts import Chart, draw_bars
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Alarm, GatewayState, Health, HealthSample

from .figures import clock_time

MOST_ALARMS = 10
_KEEP_SECONDS = 60
# a sample is taken every ten minutes: an older one says nothing of the present
_FRESH = timedelta(minutes=25)
_HALF = timedelta(minutes=30)
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
    phones: Chart | None = None
    calls: Chart | None = None

    @property
    def phones_now(self) -> int | None:
        """Return the number of registered phones; ``None`` if it is not known."""
        return self.latest.phones if self.latest else None

    @property
    def calls_now(self) -> int | None:
        """Return the number of calls in progress; ``None`` if it is not known."""
        return self.latest.calls if self.latest else None


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
    phones = day_chart({_time_of(one, now): one.phones for one in health.samples}, now)
    calls = day_chart({_time_of(one, now): one.calls for one in health.samples}, now)
    return Watched(alarms, troubles, unknown, latest, phones, calls)


def day_chart(samples: Mapping[datetime, int | None], now: datetime) -> Chart | None:
    """Draw the last sample of every half hour of the last day; half hours without a sample are unknown."""
    by_half = {_half_hour(moment): value for moment, value in samples.items()}
    last = _half_hour(now)
    halves = [last - back * _HALF for back in reversed(range(48))]
    return draw_bars((clock_time(half), by_half.get(half)) for half in halves)


def _half_hour(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def _time_of(sample: HealthSample, now: datetime) -> datetime:
    return datetime.fromisoformat(sample.time).replace(tzinfo=now.tzinfo)


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


def _is_fresh(sample: HealthSample, now: datetime) -> bool:
    return _time_of(sample, now) > now - _FRESH
