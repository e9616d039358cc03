"""The form of exporting a domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import disable_field
from portal.core.viewer import Viewer


class ExportForm(forms.Form):
    passwords = forms.BooleanField(
        label=_("With passwords and keys"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text=_("For moving: phones keep working. Anyone who has the file can use the accounts, so keep it safe."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not viewer.may_see_passwords:
            disable_field(
                self.fields["passwords"],
                str(_("You may not see passwords. An operator with full rights can change that.")),
            )
