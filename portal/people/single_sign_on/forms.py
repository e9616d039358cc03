"""The form of a reseller's provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.fields import SecretField
from portal.core.forms import add_css_classes
from portal.core.outgoing import Forbidden, parse_target
from portal.people.confirmation import FIELD, CurrentPasswordField

from .models import ResellerProvider

Match = ResellerProvider.Match
MATCHES = ((Match.EMAIL, _("E-mail address, if it is verified")), (Match.USERNAME, _("Username (preferred_username)")))
MOST_GROUPS = 4000


class ProviderForm(forms.Form):
    """A provider: where it is, and who of its people signs in as whom. The stored secret is never shown."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As people know it, such as “Example GmbH”."))
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=300,
        help_text=_("The provider's URL, exactly as in its metadata, such as https://login.example.com/realms/staff."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_secret = SecretField(
        label=_("Client secret"),
        required=False,
        help_text=_("It is stored encrypted and never shown. If it is left empty, the stored one remains."),
    )
    match = forms.ChoiceField(
        label=_("People are customers by"), choices=MATCHES, help_text=_("It has to be that of exactly one customer.")
    )
    groups_claim = forms.CharField(
        label=_("Claim with the groups"), max_length=64, initial="groups", help_text=_("Most often groups or roles.")
    )
    customer_groups = forms.CharField(
        label=_("Groups of customers"),
        required=False,
        max_length=MOST_GROUPS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line. Without any, everyone of the provider who is a customer may sign in."),
    )
    reseller_groups = forms.CharField(
        label=_("Groups that sign in as the reseller"),
        required=False,
        max_length=MOST_GROUPS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line. Their members have all rights of the reseller."),
    )
    is_active = forms.BooleanField(label=_("People can sign in with it"), required=False, initial=True)

    def __init__(
        self, *args: Any, is_confirmed: bool = False, row: ResellerProvider | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial = {name: getattr(row, name) for name in self.fields if name != "client_secret"}
        if not is_confirmed:
            self.fields[FIELD] = CurrentPasswordField(help_text=_("To confirm that it is you."))
        add_css_classes(self)

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].strip()
        try:
            target = parse_target(issuer, settings.SSO_NETWORKS)
        except Forbidden as error:
            raise forms.ValidationError(str(error)) from None
        if target.scheme != "https" and not settings.SSO_NETWORKS:
            raise forms.ValidationError(_("The issuer has to begin with https://."))
        return issuer

    def values(self) -> dict[str, Any]:
        """Return the values of the provider, without its secret and the password."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (FIELD, "client_secret")}
