"""The filter of an account's calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.forms import FilterForm

from .choices import KINDS
from .log import LAST_YEAR, Selection


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CallFilterForm(FilterForm[Selection]):
    search = forms.CharField(label=gettext_lazy("Name, number or address"), required=False, max_length=255)
    kind = forms.ChoiceField(label=gettext_lazy("Which calls"), required=False, choices=KINDS)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not 1970 < day.year <= LAST_YEAR:
                self.add_error(name, ValidationError(_("There are no calls of that year.")))
        if since and until and until < since:
            self.add_error("until", ValidationError(_("The last day is before the first.")))
        return values

    def to_filter(self) -> Selection:
        return Selection(**self.cleaned_data)
