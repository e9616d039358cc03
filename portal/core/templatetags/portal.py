"""The small pieces that every template writes: icons, addresses, lamps, badges, dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.access import may_open, why_only_looking
from portal.core.slips import FIELD, new_slip
from portal.core.viewer import Viewer

register = template.Library()


class FormMarks(CsrfTokenNode):
    """The proof against other sites' forms, and the form's slip (``portal.core.slips``)."""

    def render(self, context: template.Context) -> SafeString:
        token, request = super().render(context), context.get("request")
        viewer = getattr(request, "viewer", None)
        if viewer is None or viewer.is_nobody:
            return SafeString(token)
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, FIELD, new_slip(viewer))


@register.tag("csrf_token")
def csrf_token(_parser: template.base.Parser, _token: template.base.Token) -> FormMarks:
    """Replace Django's own tag, so that no form can be written without a slip."""
    return FormMarks()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of ``icons.svg``; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        sprite(),
        name,
    )


@register.simple_tag
def art(name: str) -> SafeString:
    """Draw a large picture of ``icons.svg``."""
    return format_html('<svg class="art" aria-hidden="true"><use href="{}#{}"/></svg>', sprite(), name)


@lru_cache(maxsize=1)
def sprite() -> str:
    """Give the URL of ``icons.svg``; a page asks for it some twenty times."""
    return staticfiles_storage.url("icons.svg")


@register.filter
def may(viewer: Viewer, page: str) -> bool:
    """Say whether the viewer may open a page, and change what it changes: ``{% if viewer|may:"domains:edit" %}``."""
    return may_open(viewer, page) and not why_only_looking(viewer, page)


def address(url: str, username: str, domain: str, sub: str = "") -> SafeString:
    """Write a SIP address as a link, its user part strong, with a line of words below it."""
    return format_html(
        '<a class="addr" href="{}">{}<wbr><span class="at">@{}</span></a>{}',
        url,
        username,
        domain,
        format_html('<span class="sub">{}</span>', sub) if sub else "",
    )


def link(url: str, text: str, css: str = "") -> SafeString:
    """Write a link."""
    return (
        format_html('<a class="{}" href="{}">{}</a>', css, url, text)
        if css
        else format_html('<a href="{}">{}</a>', url, text)
    )


def lamp(state: str, text: str, sub: str = "") -> SafeString:
    """Show a state by shape, word and colour: ``on``, ``warn``, ``bad``, or an empty ring for off."""
    return format_html(
        '<span><span class="lamp lamp-{}">{}</span>{}</span>',
        state,
        text,
        format_html('<span class="sub">{}</span>', sub) if sub else "",
    )


def muted(text: str) -> SafeString:
    """Write words that say that there is nothing."""
    return format_html('<span class="muted">{}</span>', text)


@register.filter
def when(value: str | None) -> str | SafeString:
    """Write NGNPro's UTC time (``YYYY-MM-DD HH:MM:SS``) in the portal's time zone; other texts as they are."""
    if not value:
        return muted(_("Not known"))
    return _when(value, timezone.localtime().date(), timezone.get_current_timezone_name(), get_language())


@lru_cache(maxsize=4096)
def _when(value: str, today: date, _zone: str, _language: str) -> str | SafeString:
    """Write a time. The same ones come again and again, and this is most of what a row of a list costs."""
    moment = parse_moment(value)
    if moment is None:
        return value
    local = timezone.localtime(moment)
    words = date_format(local, "H:i") if local.date() == today else date_format(local, "j M Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), date_format(local, "j M Y, H:i:s T"), words
    )


@register.filter
def moment(value: datetime) -> SafeString:
    """Write a time of the portal's own to the minute, today's without the day."""
    local = timezone.localtime(value)
    words = date_format(local, "H:i" if local.date() == timezone.localtime().date() else "j M Y, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), date_format(local, "j M Y, H:i:s T"), words
    )


@register.filter
def when_full(value: str | None) -> str:
    """Write NGNPro's UTC time whole."""
    moment = parse_moment(value)
    return date_format(timezone.localtime(moment), "j M Y, H:i:s T") if moment else value or _("Not known")


def parse_moment(value: str | None) -> datetime | None:
    """Read NGNPro's times; ``None`` for anything else (their format is not in the contract)."""
    try:
        return datetime.strptime(value or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


@register.filter
def minutes(seconds: int) -> str:
    """Write a length of time as ``m:ss`` or ``h:mm:ss``, from two days on in days; a dash for none."""
    if not seconds:
        return "–"
    if seconds >= 2 * 86400:
        return _("%(days)s days") % {"days": int(seconds) // 86400}
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
