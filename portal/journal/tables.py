"""The table of journal entries."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.customer_names import CustomerNames
from portal.core.markup import markup
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment, muted

from .selection import EntryPage, Keyset
from .showing import ChangedField, ShownEntry


class JournalTable(Table[ShownEntry]):
    caption = gettext_lazy("What was written to NGNPro")
    foot = "journal/_foot.html"
    columns = (
        Column("at", gettext_lazy("When")),
        Column("who", gettext_lazy("Who"), css="keep"),
        Column("record", gettext_lazy("Record"), css="keep"),
        Column("changes", gettext_lazy("What changed")),
        Column("result", gettext_lazy("Result")),
    )

    def __init__(self, shown: list[ShownEntry], found: EntryPage, window: Keyset, names: CustomerNames) -> None:
        super().__init__(shown, found.total, window, names)
        self.found = found

    def cell_at(self, shown: ShownEntry) -> SafeString:
        return link(shown.url, moment(shown.entry.at), css="nowrap")

    def cell_who(self, shown: ShownEntry) -> SafeString:
        return markup('<span>{}<span class="sub">{}</span></span>', shown.who, shown.source)

    def cell_record(self, shown: ShownEntry) -> str | SafeString:
        sub = f"{shown.kind} · {shown.entry.operation}" if shown.kind else shown.entry.operation
        name = (
            link(shown.history_url, shown.record, css="addr")
            if shown.history_url
            else shown.record or muted(_("Not known"))
        )
        return markup('<span>{}<span class="sub">{}</span></span>', name, sub)

    def cell_changes(self, shown: ShownEntry) -> SafeString:
        if not shown.changes:
            return muted(_("Nothing") if shown.entry.action else _("Not known"))
        more = shown.more_lines
        rest = ngettext("and %(number)s more", "and %(number)s more", more) % {"number": more} if more else ""
        return markup("<span>{} {}</span>", render_changes(shown.few_lines), rest)

    def cell_result(self, shown: ShownEntry) -> SafeString:
        return lamp(shown.lamp, str(shown.result.label), str(shown.entry.code or ""))

    @property
    def newer_url(self) -> str:
        return self.window.url(after=self.records[0].entry.pk, before=None) if self.found.newer and self.records else ""

    @property
    def older_url(self) -> str:
        return self.window.url(before=self.records[-1].entry.pk, after=None) if self.found.older else ""


def render_changes(lines: list[ChangedField]) -> SafeString:
    """Render fields with the values before as ``<del>`` and the values after as ``<ins>``."""
    return format_html_join("; ", "{} {} {}", (_marked(line) for line in lines))


def _marked(line: ChangedField) -> tuple[Any, ...]:
    before = markup("<del>{}</del>", line.short_before) if line.was else ""
    after = markup("<ins>{}</ins>", line.short_after) if line.is_now else ""
    return line.label, before, after
