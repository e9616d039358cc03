"""The form for a new SIP password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import PasswordField, new_password, strong_enough
from portal.core.forms import dress


class NewSipPasswordForm(forms.Form):
    """A new SIP password; left empty, a strong one is made."""

    use_required_attribute = False

    password = PasswordField(
        label=_("New SIP password"), help_text=_("At least 8 characters. Left empty, a strong one is made and shown.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def clean_password(self) -> str:
        return strong_enough(self.cleaned_data["password"]) or new_password()
