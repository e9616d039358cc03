"""Forms of forgotten passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from portal.core.fields import PasswordField, strong_enough
from portal.core.forms import dress
from portal.operators.models import Operator

NAME_LENGTH = 320


class ForgottenForm(forms.Form):
    """Who forgot his password."""

    use_required_attribute = False

    typed = forms.CharField(
        label=_("Name, SIP address or e-mail address"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class NewPasswordForm(forms.Form):
    """A new password, typed twice; an operator's has to be a strong one."""

    use_required_attribute = False

    new_password = PasswordField(label=_("New password"), required=True)
    again = PasswordField(label=_("The same again"), required=True)

    def __init__(self, *args: Any, operator: Operator | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operator = operator
        self.fields["new_password"].help_text = (
            " ".join(password_validators_help_texts()) if operator else _("At least 8 characters.")
        )
        dress(self)

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if self.operator:
            validate_password(password, self.operator)
            return password
        return strong_enough(password)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "new_password" in typed and typed.get("again") != typed["new_password"]:
            self.add_error("again", _("The two passwords differ."))
        return typed
