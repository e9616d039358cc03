"""The form of the simulator room: which call to try."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.forms import dress
from portal.lcr.fields import normalise


class TryForm(forms.Form):
    """A call: the number as it is dialled, who calls, from which country, and whose routes it takes."""

    use_required_attribute = False

    number = forms.CharField(label=_("Number dialled"), max_length=40)
    caller = forms.CharField(label=_("Called by"), required=False, max_length=320)
    country = forms.RegexField(r"^\+?[1-9][0-9]{0,2}$", label=_("From country"), required=False, max_length=4)
    reseller = CustomerField(label=_("Reseller"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        self.fields["number"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["country"].widget.attrs |= {"placeholder": "+31", "inputmode": "tel"}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).removeprefix("+")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "number" in values and "country" in values:
            try:
                values["normalised"] = normalise(values["number"], values["country"])
            except ValueError as problem:
                self.add_error("number", ValidationError(str(problem)))
        return values
