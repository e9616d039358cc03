"""Template tags and filters for icons, links, SIP addresses, lamps, dates and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ngnpro_wire.facts.time_zones import is_ambiguous
from portal.core.access import may_open, why_only_looking
from portal.core.in_words import domain_in_words, party_in_words, tel_in_words
from portal.core.markup import markup
from portal.core.sent_forms import SLIP_FIELD, new_slip
from portal.core.viewer import Viewer

register = template.Library()


class FormMarks(CsrfTokenNode):
    """The template node of the CSRF token and the form's slip (``portal.core.sent_forms``)."""

    def render(self, context: template.Context) -> SafeString:
        token, request = super().render(context), context.get("request")
        viewer = getattr(request, "viewer", None)
        if viewer is None or viewer.is_nobody:
            return SafeString(token)
        return markup('{}<input type="hidden" name="{}" value="{}">', token, SLIP_FIELD, new_slip(viewer))


@register.tag("csrf_token")
def csrf_token(_parser: template.base.Parser, _token: template.base.Token) -> FormMarks:
    """Replace Django's own tag, so that every form has a slip."""
    return FormMarks()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """Render an icon of ``icons.svg``, hidden from screen readers."""
    return markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite(), name)


@register.simple_tag
def art(name: str) -> SafeString:
    """Render a large picture of ``icons.svg``, hidden from screen readers."""
    return markup('<svg class="art" aria-hidden="true"><use href="{}#{}"/></svg>', sprite(), name)


@lru_cache(maxsize=1)
def sprite() -> str:
    """Return the URL of ``icons.svg``; cached, because a page uses it about twenty times."""
    return staticfiles_storage.url("icons.svg")


@register.filter
def may(viewer: Viewer, page: str) -> bool:
    """Return whether the viewer may open a page and make its changes: ``{% if viewer|may:"domains:edit" %}``."""
    return may_open(viewer, page) and not why_only_looking(viewer, page)


def address(url: str, username: str, domain: str, sub: str = "") -> SafeString:
    """Render a SIP address as a link, with its user part emphasized and a line of text below it."""
    below = markup('<span class="sub">{}</span>', sub) if sub else ""
    link = '<a class="addr" href="{}">{}<wbr><span class="at">@{}</span></a>{}'
    return markup(link, url, username, idn(domain), below)


@register.filter
def idn(domain: str) -> str | SafeString:
    """Render a domain in its own script; a browser shows its wire form beside it while it is pointed at."""
    shown = domain_in_words(domain)
    return markup('<bdi title="{}">{}</bdi>', domain, shown) if shown != domain else domain


@register.filter
def idn_full(domain: str) -> SafeString:
    """Render a domain in its own script, with its wire form small behind it if that is another text."""
    shown = domain_in_words(domain)
    small = markup(' <small class="wire">{}</small>', domain) if shown != domain else ""
    return markup("<bdi>{}</bdi>{}", shown, small)


@register.filter
def tel(number: str) -> str:
    """Return a telephone number in groups, such as ``+44 20 7946 0142``; a text that is none unchanged."""
    return tel_in_words(number)


@register.filter
def party(address: str) -> str:
    """Return the other side of a call: a telephone number in groups, else the address as people read it."""
    return party_in_words(address)


@register.simple_tag
def copy(text: str, label: str = "") -> SafeString:
    """Render a button that copies a text; it is hidden where browsers do not let pages copy."""
    button = '<button class="btn btn-copy" type="button" hidden data-copy-text="{}" data-copied="{}" aria-label="{}">'
    words = _("Copy %(what)s") % {"what": label or text}
    return markup(f"{button}{{}}</button>", text, _("Copied"), words, icon("copy"))


def link(url: str, text: str, css: str = "") -> SafeString:
    """Render a link."""
    return markup('<a class="{}" href="{}">{}</a>', css, url, text) if css else markup('<a href="{}">{}</a>', url, text)


def lamp(state: str, text: str, sub: str = "") -> SafeString:
    """Render a state by shape, text and colour: ``on``, ``warn``, ``bad``, or ``off`` (an empty ring)."""
    below = markup('<span class="sub">{}</span>', sub) if sub else ""
    return markup('<span><span class="lamp lamp-{}">{}</span>{}</span>', state, text, below)


def muted(text: str) -> SafeString:
    """Render text for an absent value in muted style."""
    return markup('<span class="muted">{}</span>', text)


@register.filter
def when(value: str | None) -> str | SafeString:
    """Render NGNPro's UTC time (``YYYY-MM-DD HH:MM:SS``) in the portal's time zone; other texts unchanged."""
    return clock()(value)


def clock() -> Callable[[str | None], str]:
    """Return the function behind ``when`` for many times on one page: it looks up day, time zone and language once."""
    fixed = (timezone.localtime().date(), timezone.get_current_timezone_name(), get_language() or "")
    unknown = muted(_("Not known"))
    return lambda value: _when(value, *fixed) if value else unknown


@lru_cache(maxsize=4096)
def _when(value: str, today: date, _zone: str, _language: str) -> str | SafeString:
    """Render a time; cached, because the same times recur and rendering them is most of the cost of a row."""
    moment = parse_moment(value)
    if moment is None:
        return value
    local = timezone.localtime(moment)
    words = _clock_time(local) if local.date() == today else date_format(local, "SHORT_DATE_FORMAT")
    return _time(moment.isoformat(), local, words, today)


def _clock_time(local: datetime, form: str = "H:i") -> str:
    """Format a time; with its zone in the hour that occurs twice when clocks are put back."""
    words = date_format(local, form)
    return f"{words} {local.tzname()}" if is_ambiguous(local) else words  # Django's "T" is empty for these times


def _time(stamp: str, local: datetime, words: str, today: date) -> SafeString:
    day = f"{date_format(local, 'SHORT_DATE_FORMAT')}, {date_format(local, 'H:i:s')} {local.tzname()}"
    title = f"{day} ({days_ago(local.date(), today)})"
    return markup('<time datetime="{}" title="{}">{}</time>', stamp, title, words)


@register.filter
def moment(value: datetime) -> SafeString:
    """Render a time of the portal's own to the minute, without the date if it is today."""
    local, today = timezone.localtime(value), timezone.localtime().date()
    words = _clock_time(local, "H:i" if local.date() == today else "SHORT_DATETIME_FORMAT")
    return _time(local.isoformat(), local, words, today)


def days_ago(day: date, today: date) -> str:
    """Return how far a day is from today in words."""
    days = (today - day).days
    if days in (-1, 0, 1):
        return {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}[days]
    if days < 0:
        return ngettext("in %(days)s day", "in %(days)s days", -days) % {"days": -days}
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}


@register.filter
def when_full(value: str | None) -> str:
    """Return NGNPro's UTC time in the portal's time zone, with date, zone and how long ago it was."""
    moment = parse_moment(value)
    if moment is None:
        return value or _("Not known")
    local = timezone.localtime(moment)
    words = {
        "time": f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {local.tzname()}",
        "ago": days_ago(local.date(), timezone.localtime().date()),
    }
    return _("%(time)s, %(ago)s") % words


def parse_moment(value: str | None) -> datetime | None:
    """Parse a time of NGNPro; ``None`` for any other text (the contract does not specify the format)."""
    try:
        return datetime.strptime(value or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


@register.filter
def minutes(seconds: int) -> str:
    """Return a duration as ``m:ss`` or ``h:mm:ss``, from two days on in days; a dash for 0."""
    if not seconds:
        return "–"
    if seconds >= 2 * 86400:
        days = int(seconds) // 86400
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
