"""The periods of the statistics, and how their samples become the bars of a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of statistics: its name in URLs, its hours, and the hours of one bar."""

    name: str
    label: str | Promise
    hours: int
    step: int
    format: str

    def bars(self, now: datetime) -> list[datetime]:
        """Return when each bar begins, in the portal's time zone, oldest first."""
        last = self.start_of(now)
        count = self.hours // self.step
        return [self.start_of(last - back * self.step * HOUR) for back in reversed(range(count))]

    def start_of(self, moment: datetime) -> datetime:
        """Return when the bar begins that a time belongs to."""
        local = timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)
        return local.replace(hour=local.hour // self.step * self.step)

    def label_of(self, start: datetime) -> str:
        """Return the label of a bar."""
        return date_format(start, self.format)


# the roles of nodes (contract: NetworkStatusJson)
ROLES = {
    "sip_proxy": _("SIP proxy"),
    "media_relay": _("Media relay"),
    "provisioning_server": _("NGNPro server"),
    "xcap_server": _("XCAP server"),
    "thor_dnsmanager": _("DNS manager of SIP Thor"),
    "thor_manager": _("Manager of SIP Thor"),
    "thor_database": _("Database of SIP Thor"),
    "voicemail_server": _("Voicemail server"),
    "conference_server": _("Conference server"),
    "msteams_gateway": _("Gateway to Microsoft Teams"),
}
PERIODS = (
    Period("day", _("24 hours"), 24, 1, "H:i"),
    Period("week", _("7 days"), 168, 6, "D H:i"),
    Period("month", _("30 days"), 720, 24, "j M"),
)


def period_called(name: str) -> Period:
    """Return the period of this name, the first one for any other text."""
    return next((period for period in PERIODS if period.name == name), PERIODS[0])


def by_bar(
    samples: Iterable[T], time_of: Callable[[T], str], period: Period, now: datetime
) -> list[tuple[datetime, list[T]]]:
    """Return when each bar of a period begins, with the samples that belong to it; their times are in UTC."""
    groups: dict[datetime, list[T]] = {}
    for sample in samples:
        moment = datetime.fromisoformat(time_of(sample)).replace(tzinfo=now.tzinfo)
        groups.setdefault(period.start_of(moment), []).append(sample)
    return [(start, groups.get(start, [])) for start in period.bars(now)]
