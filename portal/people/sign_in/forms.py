"""The forms of the sign-in pages and of the page to act for a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.forms import add_css_classes

NAME_LENGTH = 320


class SignInForm(forms.Form):
    """A name and a password."""

    username = forms.CharField(
        label=_("Name or SIP address"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Subscribers: your web password, else your SIP password."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)


class ActForm(forms.Form):
    """The reseller or customer to act for."""

    customer = CustomerField(
        label=_("Reseller or customer"), required=True, help_text=_("By name or number. Access is read-only at first.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code; or the browser's proof of a passkey."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Code"),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )
    passkey = forms.CharField(max_length=16_384, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)
