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
