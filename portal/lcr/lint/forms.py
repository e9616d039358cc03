"""The form of the lint room: whose plan to look at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.forms import dress


class WhoseForm(forms.Form):
    """Whose routing plan; empty for everybody's."""

    reseller = CustomerField(label=_("Reseller"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
