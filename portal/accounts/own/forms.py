"""The form for the settings that users may change in their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts.forms.fields import AnswerTimeoutField, QuickDialField
from portal.core.fields import EmailField, LanguageField, PhoneField, offer_stored
from portal.core.forms import RecordForm
from portal.core.person_fields import mark_own_data
from portal.core.zone_fields import TimeZoneField
from portal.ngnpro.records import SipAccount

PROPERTIES = ("language", "mobile_number")
OWN_GROUPS = (
    ("anonymous", _("Hide my number from telephones")),
    ("anonymous-reject", _("Reject calls from hidden numbers")),
    ("missed-calls", _("E-mail me about missed calls")),
)
OWN_NAMES = frozenset(dict(OWN_GROUPS))


class OwnSettingsForm(RecordForm[SipAccount]):
    """A form for the user's e-mail address, time zone and language, and the behaviour of their line."""

    room = "accounts"
    record_class = SipAccount
    sections = (
        (_("You"), ("email", "timezone", "language", "mobile_number", "region")),
        (_("Your line"), ("timeout", "quickdial_prefix", "groups")),
        (_("Confirm"), ("current_password",)),
    )

    email = EmailField(label=_("E-mail"), help_text=_("Where notices, missed calls and links for a new password go."))
    timezone = TimeZoneField()
    language = LanguageField()
    mobile_number = PhoneField(
        label=_("Mobile number"), help_text=_("To forward calls to, such as +31612345678; up to 32 digits.")
    )
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Where you are, so that emergency calls reach the right centre.")
    )
    timeout = AnswerTimeoutField()
    quickdial_prefix = QuickDialField(
        help_text=_("The beginning of your own number; it is put before short numbers that you dial.")
    )
    groups = forms.MultipleChoiceField(
        label=_("Calls"),
        required=False,
        choices=OWN_GROUPS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stored(self.fields["timezone"], self.initial.get("timezone"))
        offer_stored(self.fields["language"], self.initial.get("language"))
        self.offer_regions()
        mark_own_data(self)
        if self.initial:
            self.accept_stored()

    def offer_regions(self) -> None:
        """Offer the regions of the settings; without any, the field is left out and the stored value stays."""
        if not settings.EMERGENCY_REGIONS:
            del self.fields["region"]
            return
        choices = [("", _("Not set")), *settings.EMERGENCY_REGIONS.items()]
        self.fields["region"].choices = choices  # type: ignore[attr-defined]
        offer_stored(self.fields["region"], self.initial.get("region"))

    @classmethod
    def initial_from(cls, record: SipAccount) -> dict[str, Any]:
        return {
            **super().initial_from(record),
            **{name: record.get_property(name) for name in PROPERTIES},
            "groups": [name for name in record.groups if name in OWN_NAMES],
        }

    def to_record(self, record: SipAccount | None = None) -> SipAccount:
        """Update the account with the values of the form; other groups and properties are preserved."""
        kept = [name for name in record.groups if name not in OWN_NAMES] if record else []
        self.cleaned_data["groups"] = (*kept, *self.cleaned_data["groups"])
        account = super().to_record(record)
        for name in PROPERTIES:
            account = account.with_property(name, self.cleaned_data[name])
        return account
