"""Forms of the account of a reseller or customer. All ask for the password, unless it was confirmed recently."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import add_css_classes
from portal.people.confirmation import FIELD, CurrentPasswordField


class OwnerConfirmForm(forms.Form):
    """The current password, to confirm an action."""

    use_required_attribute = False

    def __init__(self, *args: Any, is_recent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_recent:
            self.fields[FIELD] = CurrentPasswordField()
        add_css_classes(self)


class AccountAppForm(OwnerConfirmForm):
    """A code that proves that the authenticator app was set up with the key."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AccountPasskeyForm(OwnerConfirmForm):
    """A name for a passkey, and the browser's answer with the passkey."""

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("So that you know it again, such as “blue key” or “laptop”.")
    )
    passkey = forms.CharField(max_length=16_384, required=False, widget=forms.HiddenInput)


class FactorDutyForm(OwnerConfirmForm):
    """Who must have a second factor at a reseller."""

    of_reseller = forms.BooleanField(label=_("The reseller"), required=False)
    of_customers = forms.BooleanField(label=_("The reseller's customers"), required=False)
