"""Forms of an operator's own account. All ask for the password, unless it was confirmed recently."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import EmailField, PasswordField
from portal.core.forms import add_css_classes
from portal.core.passwords import check_password, help_text, known_of
from portal.core.person_fields import mark_own_data
from portal.people.operators.models import Operator


class PasswordCheckForm(forms.Form):
    """The current password, to confirm an action."""

    use_required_attribute = False

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, operator: Operator, is_recent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operator = operator
        if is_recent:
            del self.fields["password"]
        add_css_classes(self)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.operator.check_password(password):
            raise forms.ValidationError(_("This is not your password."), code="wrong")
        return password


class OwnPasswordForm(PasswordCheckForm):
    """The current password, and a new one typed twice."""

    new_password = PasswordField(label=_("New password"), required=True)
    again = PasswordField(label=_("The same again"), required=True, is_repeated=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].label = _("Old password")
        self.fields["new_password"].help_text = help_text(PasswordKind.OPERATOR)

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        check_password(PasswordKind.OPERATOR, password, known_of(self.operator))
        # An answer to a guess that is not counted would let anyone at an open browser find out the password.
        if "password" not in self.errors and self.operator.check_password(password):
            raise forms.ValidationError(_("This is the current password. Choose another one."))
        return password

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "new_password" in typed and typed.get("again") != typed["new_password"]:
            self.add_error("again", _("The two passwords differ."))
        return typed


class EmailForm(PasswordCheckForm):
    """A new e-mail address."""

    email = EmailField(label=_("E-mail"), required=False, help_text=_("Where a link for a new password goes."))
    field_order = ("email", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark_own_data(self)


class AppForm(PasswordCheckForm):
    """A code that proves that the authenticator app was set up with the key."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ("code", "password")


class PasskeyForm(PasswordCheckForm):
    """A name for a passkey, and the browser's answer with the passkey."""

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("So that you know it again, such as “blue key” or “laptop”.")
    )
    passkey = forms.CharField(max_length=16_384, required=False, widget=forms.HiddenInput)
    field_order = ("name", "password", "passkey")
