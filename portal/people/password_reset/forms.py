"""Forms of forgotten passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import PasswordField
from portal.core.forms import add_css_classes
from portal.core.passwords import check_password, help_text
from portal.core.viewer import Role
from portal.people.models import OneUseLink

NAME_LENGTH = 320
KINDS = {
    Role.OPERATOR: PasswordKind.OPERATOR,
    Role.RESELLER: PasswordKind.CUSTOMER,
    Role.CUSTOMER: PasswordKind.CUSTOMER,
    Role.SUBSCRIBER: PasswordKind.WEB,
}


class ForgottenForm(forms.Form):
    """The name or address of a person who forgot their password."""

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
        add_css_classes(self)


class NewPasswordForm(forms.Form):
    """A new password for the person of a link, typed twice."""

    use_required_attribute = False

    new_password = PasswordField(label=_("New password"), required=True)
    again = PasswordField(label=_("The same again"), required=True, is_repeated=True)

    def __init__(self, *args: Any, link: OneUseLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link
        self.kind = KINDS[Role(link.role)]
        self.fields["new_password"].help_text = help_text(self.kind)
        add_css_classes(self)

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        check_password(self.kind, password, (self.link.login, self.link.name, self.link.recipient))
        return password

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "new_password" in typed and typed.get("again") != typed["new_password"]:
            self.add_error("again", _("The two passwords differ."))
        return typed
