"""The filter of the search for calls, the key of a trace, and the form of a link for a carrier."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.accounts.calls.log import LAST_YEAR
from portal.accounts.tracing.choices import LIFETIMES, USUAL_LIFETIME, TraceKey
from portal.core.forms import CleanForm, FilterForm, add_css_classes
from portal.ngnpro.records import CallSearch

_NUMBER = re.compile(r"[\d\s()+./-]+")


class MomentInput(forms.DateTimeInput):
    """A field for a date and a time, which browsers offer a picker for."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class CallSearchForm(FilterForm[CallSearch]):
    party = forms.CharField(label=gettext_lazy("Number or address of a side"), required=False, max_length=320)
    domain = forms.CharField(label=gettext_lazy("Domain"), required=False, max_length=253)
    call_id = forms.CharField(label=gettext_lazy("Call-ID"), required=False, max_length=255)
    since = forms.DateTimeField(label=pgettext_lazy("period", "From"), required=False, widget=MomentInput)
    until = forms.DateTimeField(label=pgettext_lazy("period", "To"), required=False, widget=MomentInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in ("since", "until"):
            moment: datetime | None = values.get(name)
            if moment and not 1970 < moment.year <= LAST_YEAR:
                self.add_error(name, ValidationError(_("There are no calls from that year.")))
        if values.get("since") and values.get("until") and values["since"] >= values["until"]:
            self.add_error("until", ValidationError(_("The period ends before it begins.")))
        return values

    def describe(self, name: str, value: Any) -> str:
        return (
            date_format(value, "SHORT_DATETIME_FORMAT")
            if isinstance(value, datetime)
            else super().describe(name, value)
        )

    def to_filter(self) -> CallSearch:
        values = self.cleaned_data
        party, domain = values["party"].strip().removeprefix("sip:"), values["domain"].strip().lower()
        digits = re.sub(r"\D", "", party) if _NUMBER.fullmatch(party) else ""
        username, _at, host = ("" if digits else party).partition("@")
        return CallSearch(
            call_id=values["call_id"].strip(),
            username=username.lower()[:64],
            digits=digits.removeprefix("00")[:32],
            domain=(host or domain).lower(),
            from_date=int(values["since"].timestamp()) if values["since"] else 0,
            to_date=int(values["until"].timestamp()) if values["until"] else 0,
        )


class TraceKeyForm(CleanForm):
    """The key of a trace, from the URL of its page."""

    call_id = forms.CharField(label=gettext_lazy("Call-ID"), max_length=255)
    node_ip = forms.CharField(
        label=gettext_lazy("Proxy"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("The address of the proxy that handled the call, if the platform has several."),
    )
    from_tag = forms.CharField(label=gettext_lazy("Tag of the caller"), required=False, max_length=128)
    to_tag = forms.CharField(required=False, max_length=128, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)

    @property
    def key(self) -> TraceKey:
        return TraceKey(**self.cleaned_data)


class TraceLinkForm(CleanForm):
    """For how long a link for a carrier is valid."""

    days = forms.ChoiceField(label=gettext_lazy("Valid for"), choices=list(LIFETIMES.items()), initial=USUAL_LIFETIME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)
