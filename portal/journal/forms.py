"""The filter form and the list of journal entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.customer_names import CustomerNames
from portal.core.fields import DateInput
from portal.core.forms import FilterForm
from portal.core.markup import markup
from portal.core.rooms import journal_kinds
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment, muted
from portal.journal.labels import IN_DOUBT, EntryResult

from .selection import Conditions, EntryPage, Keyset
from .showing import ChangedField, ShownEntry

ANYTHING = ("", _("Anything"))


class JournalFilterForm(FilterForm[Conditions]):
    key = forms.CharField(label=_("Record"), required=False, max_length=400, strip=True)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [ANYTHING, *journal_kinds().items()])
    who = forms.CharField(label=_("Who"), required=False, max_length=320)
    operation = forms.CharField(label=_("Operation"), required=False, max_length=80, widget=forms.Select)
    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=[ANYTHING, (IN_DOUBT, _("In doubt: uncertain or interrupted")), *EntryResult.choices],
    )
    since = forms.DateField(label=pgettext_lazy("period", "From"), required=False, widget=DateInput)
    until = forms.DateField(label=pgettext_lazy("period", "To"), required=False, widget=DateInput)

    def offer(self, operations: Iterable[str]) -> None:
        """Set the operations to choose from, by wire name."""
        self.fields["operation"].widget.choices = [ANYTHING, *((name, name) for name in operations)]

    def to_filter(self) -> Conditions:
        return Conditions(**self.cleaned_data)


class JournalTable(Table[ShownEntry]):
    caption = _("What was written to NGNPro")
    foot = "journal/_foot.html"
    columns = (
        Column("at", _("When")),
        Column("who", _("Who"), css="keep"),
        Column("record", _("Record"), css="keep"),
        Column("changes", _("What changed")),
        Column("result", _("Result")),
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
            else shown.record or muted(gettext("Not known"))
        )
        return markup('<span>{}<span class="sub">{}</span></span>', name, sub)

    def cell_changes(self, shown: ShownEntry) -> SafeString:
        if not shown.changes:
            return muted(gettext("Nothing") if shown.entry.action else gettext("Not known"))
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
