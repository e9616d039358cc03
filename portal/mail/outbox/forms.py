"""The outbox's filters."""

from __future__ import annotations

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.forms import FilterForm
from portal.mail.kinds import KINDS
from portal.mail.models import OutboxMessage

ANYTHING = ("", _("Anything"))


class OutboxFilterForm(FilterForm[Q]):
    recipient = forms.CharField(label=_("Recipient"), required=False, max_length=320)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANYTHING, *OutboxMessage.State.choices])
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[ANYTHING, *((kind.name, kind.label) for kind in KINDS.values())]
    )

    def to_filter(self) -> Q:
        exact = {name: self.cleaned_data[name] for name in ("state", "kind") if self.cleaned_data[name]}
        return Q(**exact) & begins("recipient", self.cleaned_data["recipient"])


def begins(field: str, typed: str) -> Q:
    """Find what begins with a text; ``*`` stands for anything, and then the whole has to match, in any case."""
    if "*" not in typed:
        return Q(**{f"{field}__istartswith": typed}) if typed else Q()
    return Q(**{f"{field}__iregex": f"^{'.*'.join(map(re.escape, re.split(r'[*]+', typed)))}$"})
