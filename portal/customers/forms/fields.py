"""Form fields of customers: username, reseller, multi-line text."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField

LOGIN = re.compile(r"[a-z0-9._-]+")


class LoginNameField(forms.CharField):
    """A customer's username (contract: CustomerAccount): lower case, with dots instead of blanks.

    It cannot contain an @, because the sign-in page takes a name with an @ for a SIP address.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=64,
            label=_("Username"),
            help_text=_(
                "To sign in with. Up to 64 letters, digits, dots, hyphens and underscores; it cannot change later."
            ),
            **kwargs,
        )
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        name = re.sub(r"\s+", ".", super().clean(value).lower())
        if name and not LOGIN.fullmatch(name):
            raise forms.ValidationError(_("A username has letters from a to z, digits, dots, hyphens and underscores."))
        return name


class ResellerField(CustomerField):
    """A reseller, typed or picked by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Reseller"), "required": True, **kwargs})
        self.widget.attrs |= {
            "hx-get": "/customers/suggest/",
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#resellers",
            "hx-swap": "innerHTML",
        }


class LinesOfTextField(forms.CharField):
    """Multi-line text, with line feeds as line ends, as NGNPro stores them."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(
            label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs
        )

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")
