"""The form for a new SIP password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import Kind
from portal.core.fields import PasswordField, new_password
from portal.core.forms import dress
from portal.core.passwords import check, help_text, known_of
from portal.ngnpro.records import SipAccount


class NewSipPasswordForm(forms.Form):
    """A new SIP password; left empty, a strong one is made."""

    use_required_attribute = False

    password = PasswordField(label=_("New SIP password"))

    def __init__(self, *args: Any, account: SipAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["password"].help_text = help_text(Kind.SIP, _("Left empty, a strong one is made and shown."))
        dress(self)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"] or new_password()
        check(Kind.SIP, password, known_of(self.account))
        return password
