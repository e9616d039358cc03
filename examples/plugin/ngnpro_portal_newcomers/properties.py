"""A property of customers with a type of its own: the hours in which their newcomers are welcomed by telephone."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.customer_properties import PropertyFacts
from portal.customers.properties.choices import PropertyGroup, ShownProperty

HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


class HoursField(forms.CharField):
    """Hours of a day, such as 09:00-17:30."""

    def __init__(self, **words: Any) -> None:
        super().__init__(max_length=11, **words)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and not HOURS.fullmatch(text):
            raise forms.ValidationError(_("Write hours such as 09:00-17:30."))
        return text


WELCOME = PropertyGroup(
    _("New accounts"),
    (
        ShownProperty(
            PropertyFacts(name="welcome_hours", permission="reseller"),
            _("Welcome calls"),
            _("When new users are called, such as 09:00-17:30."),
            field=HoursField,
        ),
    ),
)
