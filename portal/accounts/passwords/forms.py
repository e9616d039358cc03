"""Forms of the passwords room."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.fields import PasswordField, new_password, strong_enough
from portal.core.forms import CleanForm, dress
from portal.ngnpro.records import SipAccount, SipAccountProperty

from .choices import SIP, WEB, WEB_PASSWORD


class SetForm(CleanForm):
    """Another password for an account: typed, or a strong one that is made (``make``)."""

    which = forms.ChoiceField(choices=[(SIP, SIP), (WEB, WEB)], widget=forms.HiddenInput)
    make = forms.BooleanField(required=False, widget=forms.HiddenInput)
    password = PasswordField(
        label=gettext_lazy("Type one"), help_text=gettext_lazy("At least 8 characters, at most 128.")
    )

    def __init__(self, data: QueryDict | None = None, *, which: str) -> None:
        super().__init__(data, initial={"which": which}, auto_id=f"id_{which}_%s")
        dress(self)

    def clean_password(self) -> str:
        return strong_enough(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("make"):
            values["password"] = new_password()
        elif not values.get("password") and "password" not in self.errors:
            self.add_error("password", ValidationError(_("Type a password, or let one be made.")))
        return values

    def to_record(self, account: SipAccount) -> SipAccount:
        """Put the new password into the account; the other one stays."""
        password = self.cleaned_data["password"]
        if self.cleaned_data["which"] == SIP:
            return dataclasses.replace(account, password=password)
        kept = (entry for entry in account.properties if entry.name != WEB_PASSWORD)
        changed = SipAccountProperty(name=WEB_PASSWORD, value=password)
        return dataclasses.replace(account, properties=(*kept, changed))
