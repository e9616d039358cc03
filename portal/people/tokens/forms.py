"""The form of a new token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import add_css_classes
from portal.core.normal_forms import ip_network
from portal.core.rooms import rooms_in_api
from portal.people.confirmation import FIELD, CurrentPasswordField

from .choices import Access, Lifetime, RoomAccess

MOST_NETWORKS = 50


class ApiTokenForm(forms.Form):
    """A token: its name, what it may do, from where, and how long. Asks for the password unless it was confirmed."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("The program that uses it, such as “CRM”. The journal shows it.")
    )
    access = forms.ChoiceField(label=_("It may"), choices=Access, initial=Access.READ, widget=forms.RadioSelect)
    networks = forms.CharField(
        label=_("Only from"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("IP addresses or networks, such as 192.0.2.0/24, one per line. Empty: from everywhere."),
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=Lifetime, initial=Lifetime.YEAR)

    def __init__(self, *args: Any, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for room, label in rooms_in_api().items():
            self.fields[f"room-{room}"] = forms.ChoiceField(label=str(label), choices=RoomAccess, required=False)
        if not is_confirmed:
            self.fields[FIELD] = CurrentPasswordField(help_text=_("To confirm that it is you."))
        add_css_classes(self)

    def rooms(self) -> Iterator[forms.BoundField]:
        """Yield the fields of the single rooms."""
        return (self[name] for name in self.fields if name.startswith("room-"))

    def others(self) -> Iterator[forms.BoundField]:
        """Yield the fields below those of the rooms."""
        return (self[name] for name in ("networks", "days", FIELD) if name in self.fields)

    def clean_networks(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["networks"].splitlines()]
        found = [str(ip_network(line)) for line in lines if line]
        if len(found) > MOST_NETWORKS:
            raise forms.ValidationError(_("Write at most 50 networks."))
        return found

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("access") == Access.CHOSEN and not self.scopes():
            self.add_error("access", _("Choose below what the token may do."))
        return typed

    def scopes(self) -> dict[str, str]:
        """Return what the token may do, by room; ``*`` for all rooms."""
        if self.cleaned_data["access"] != Access.CHOSEN:
            return {"*": self.cleaned_data["access"]}
        return {room: given for room in rooms_in_api() if (given := self.cleaned_data.get(f"room-{room}"))}
