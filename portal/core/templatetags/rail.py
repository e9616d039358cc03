"""Renders the menu without a template, in a tenth of its time, since every page has it (docs/benchmarks.md)."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from portal.core.markup import joined, markup
from portal.core.navigation import Entry
from portal.core.templatetags.portal import icon

register = template.Library()


@register.simple_tag
def draw_menu(groups: list[list[Entry]], here: str, room: str) -> SafeString:
    """Render the groups of the menu; ``here`` is the page of the entry to mark, ``room`` the room that is open."""
    lists = [markup("<ul>{}</ul>\n", joined([_line(entry, here, room) for entry in group])) for group in groups]
    return joined(lists)


def _line(entry: Entry, here: str, room: str) -> SafeString:
    is_open = bool(entry.below) and entry.outer_room == room.partition(":")[0]
    mark = "true" if is_open else "" if entry.page != here else "page" if entry.room == room else "true"
    below = [_item(line, "page" if line.room == room else "") for line in entry.below] if is_open else []
    inside = markup("<ul>{}</ul>", joined([f"<li>{item}</li>" for item in below])) if below else ""
    return markup("<li>{}{}</li>\n", _item(entry, mark), inside)


def _item(entry: Entry, mark: str) -> SafeString:
    return markup(
        '<a class="item" href="{}"{}>{}{}{}</a>',
        entry.url,
        markup(' aria-current="{}"', mark) if mark else "",
        icon(entry.icon) if entry.icon else "",
        entry.label,
        _count(entry.count) if entry.count else "",
    )


def _count(count: int) -> SafeString:
    words = ngettext("finding", "findings", count)
    return markup('<span class="count">{}<span class="visually-hidden"> {}</span></span>', count, words)
