"""The form for a new token of a program."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.fields import PasswordField
from portal.core.forms import CleanForm, add_css_classes
from portal.people.confirmation import FIELD, CurrentPasswordField


class TokenForm(CleanForm):
    """The name of the program that gets a token, and the current password of the account's user."""

    use_required_attribute = False

    name = forms.CharField(label=_("Program"), max_length=64, help_text=_("So that you know it later: Blink at home."))
    current_password = CurrentPasswordField(required=False)

    def __init__(self, data: QueryDict | None = None, *, is_confirmed: bool) -> None:
        super().__init__(data)
        if is_confirmed:
            del self.fields[FIELD]
        add_css_classes(self)


class CertificateForm(TokenForm):
    """The name of a new certificate, and the password that encrypts its file."""

    name = forms.CharField(label=_("Device"), max_length=64, help_text=_("So that you know it later: my laptop."))
    file_password = PasswordField(
        label=_("Password of the file"),
        min_length=10,
        help_text=_("At least 10 characters; you type it when you import the file."),
    )
    field_order = ("name", "file_password", "current_password")
