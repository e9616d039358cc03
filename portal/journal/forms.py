"""The filter form of the journal."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import DateInput
from portal.core.forms import FilterForm
from portal.core.rooms import journal_kinds

from .choices import IN_DOUBT, EntryResult
from .selection import Conditions

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
    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=DateInput)

    def offer(self, operations: Iterable[str]) -> None:
        """Set the operations to choose from, by wire name."""
        self.fields["operation"].widget.choices = [ANYTHING, *((name, name) for name in operations)]

    def to_filter(self) -> Conditions:
        return Conditions(**self.cleaned_data)
