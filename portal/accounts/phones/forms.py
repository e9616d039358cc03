"""The forms about passwords of an account, and the list of its phones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.passwords import PasswordKind
from portal.accounts.phones.certificates import mac_in
from portal.accounts.phones.choices import KINDS, SIP, WEB, PhoneModel, phone_of, why_no_link
from portal.accounts.phones.formats import PHONE_KINDS, offered_kinds
from portal.core.fields import PasswordField, new_password
from portal.core.forms import CleanForm, add_css_classes
from portal.core.passwords import check_field, check_password, help_text, known_of
from portal.core.places import place_of
from portal.core.sip_accounts import with_web_password
from portal.core.viewer import Viewer
from portal.ngnpro.records import SipAccount, SipDeviceLocation
from portal.people.confirmation import CurrentPasswordField


class ShowForm(CleanForm):
    """A form for the current password, which an account's user enters to see the SIP password."""

    current_password = CurrentPasswordField()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="id_show_%s")
        add_css_classes(self)


class SetForm(CleanForm):
    """A form for a new password: typed, or a generated strong one (``make``)."""

    which = forms.ChoiceField(choices=[(SIP, SIP), (WEB, WEB)], widget=forms.HiddenInput)
    make = forms.BooleanField(required=False, widget=forms.HiddenInput)
    password = PasswordField(label=gettext_lazy("Type one"))

    current_password = CurrentPasswordField()
    field_order = ("current_password", "password")

    def __init__(
        self, data: QueryDict | None = None, *, which: str, account: SipAccount, is_confirmed: bool = True
    ) -> None:
        super().__init__(data, initial={"which": which}, auto_id=f"id_{which}_%s")
        if is_confirmed:
            del self.fields["current_password"]
        self.account = account
        self.kind = PasswordKind.WEB if which == WEB else PasswordKind.SIP
        self.fields["password"].help_text = help_text(self.kind)
        add_css_classes(self)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("make"):
            values["password"] = new_password()
        elif not values.get("password") and "password" not in self.errors:
            self.add_error("password", ValidationError(_("Type a password, or have one generated.")))
        check_field(self, "password", self.kind, known_of(self.account))
        return values

    def to_record(self, account: SipAccount) -> SipAccount:
        """Return the account with the new password; the other password is not changed."""
        password = self.cleaned_data["password"]
        if self.cleaned_data["which"] == SIP:
            return dataclasses.replace(account, password=password)
        return with_web_password(account, password)


class NewSipPasswordForm(forms.Form):
    """A form for a new SIP password; if left empty, a strong one is generated."""

    use_required_attribute = False

    password = PasswordField(label=gettext_lazy("New SIP password"))

    def __init__(self, *args: Any, account: SipAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["password"].help_text = help_text(
            PasswordKind.SIP, gettext_lazy("If it is empty, a strong one is generated and shown.")
        )
        add_css_classes(self)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"] or new_password()
        check_password(PasswordKind.SIP, password, known_of(self.account))
        return password


class AutomaticForm(CleanForm):
    """A form for a link with which a phone sets itself up: which phone, and which password it gets."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=gettext_lazy("Phone or program"))
    mac = forms.CharField(
        label=gettext_lazy("MAC address"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("Of a desk phone: 12 digits and letters on its back, such as 00:15:65:12:34:56."),
    )
    sets_password = forms.BooleanField(
        label=gettext_lazy("Set a new SIP password"),
        required=False,
        help_text=gettext_lazy("Other phones of this account need it then, too."),
    )
    current_password = CurrentPasswordField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, account: SipAccount, viewer: Viewer, is_confirmed: bool
    ) -> None:
        super().__init__(data)
        self.account, self.viewer = account, viewer
        kinds = offered_kinds()
        self.fields["kind"].choices = [(name, kinds[name].label) for name in kinds]  # type: ignore[attr-defined]
        if is_confirmed:
            del self.fields["current_password"]
        add_css_classes(self)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        kind, mac = values.get("kind", ""), mac_in(values.get("mac", ""))
        if not kind:
            return values
        values["mac"] = mac if PHONE_KINDS[kind].is_desk_phone else ""
        if PHONE_KINDS[kind].is_desk_phone and not mac:
            self.add_error(
                "mac", ValidationError(_("Type the MAC address of the phone: 12 digits and letters A to F."))
            )
        sets_password = values.get("sets_password", False)
        if reason := why_no_link(kind, self.account, self.viewer, sets_password=sets_password):
            self.add_error("sets_password", ValidationError(reason))
        return values


ENCRYPTED = frozenset({"tls", "wss"})


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A registered phone and its location."""

    device: SipDeviceLocation
    phone: PhoneModel

    @property
    def name(self) -> str:
        return self.phone.name or _("A phone that does not say its name")

    @property
    def kind(self) -> str:
        return str(KINDS[self.phone.kind])

    @property
    def address(self) -> str:
        return format_endpoint(self.device.address, self.device.port)

    @property
    def public_address(self) -> str:
        return format_endpoint(self.device.public_address, self.device.public_port)

    @property
    def place(self) -> str:
        """Return the city and country of the phone's public address; empty if unknown."""
        return place_of(self.device.public_address or self.device.address).label

    @property
    def is_encrypted(self) -> bool:
        return self.device.transport.lower() in ENCRYPTED

    @property
    def security(self) -> str:
        """Return whether the connection to the platform is encrypted, as text."""
        if not self.device.transport:
            return _("Not known")
        return _("Encrypted") if self.is_encrypted else _("Not encrypted")

    @property
    def meaning(self) -> str:
        """Return an explanation of ``security``, with advice if the connection is not encrypted."""
        if not self.device.transport:
            return ""
        if self.is_encrypted:
            return _("No one between the phone and the platform can see the numbers that are called.")
        return _(
            "Networks between the phone and the platform can see the numbers that are called. Choose TLS in the phone."
        )


def format_endpoint(address: str, port: int) -> str:
    """Format an address with its port; IPv6 addresses in brackets (RFC 3986, section 3.2.2)."""
    if not address:
        return ""
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port}" if port else host


def phone_rows(devices: Iterable[SipDeviceLocation]) -> list[PhoneRow]:
    """Return the rows of these devices, with recognized phones."""
    return [PhoneRow(device, phone_of(device.user_agent)) for device in devices]
