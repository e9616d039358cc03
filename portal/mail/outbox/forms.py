"""The filters of the outbox."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.forms import FilterForm
from portal.core.search_text import begins_with
from portal.mail.registry import mail_kinds

from .models import OutboxMessage

ANY = ("", _("Anything"))


class OutboxFilterForm(FilterForm[Q]):
    recipient = forms.CharField(label=_("Recipient"), required=False, max_length=320)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *OutboxMessage.State.choices])
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=lambda: [ANY, *((kind.name, kind.label) for kind in mail_kinds().values())],
    )
    reseller = forms.IntegerField(label=_("Reseller"), required=False, min_value=1, max_value=2**31 - 1)

    def to_filter(self) -> Q:
        exact = {name: self.cleaned_data[name] for name in ("state", "kind", "reseller") if self.cleaned_data[name]}
        return Q(**exact) & begins_with("recipient", self.cleaned_data["recipient"])
