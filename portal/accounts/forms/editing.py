"""The form for an account that exists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import offer_stored
from portal.ngnpro.records import SipAccount

from .base import AccountForm


class AccountEditForm(AccountForm):
    """An account that exists; its address stays."""

    left_empty = dict.fromkeys(("password", "web_password"), _("Left empty, it stays as it is."))
    sections = (
        (_("Person"), ("first_name", "last_name", "email", "timezone", "language", "owner")),
        (_("Calls"), ("rpid", "timeout", "call_limit", "quickdial_prefix", "region")),
        (_("Rights and limits"), ("groups", "prepaid", "quota")),
        (_("Passwords"), ("password", "web_password")),
    )

    rpid = forms.RegexField(
        r"^\+?\d*$",
        label=_("Caller-ID"),
        required=False,
        max_length=32,
        help_text=_("The number that called telephones show: up to 32 digits."),
        error_messages={"invalid": _("A caller-ID is made of digits only.")},
    )
    timeout = forms.IntegerField(
        label=_("Answer timeout"),
        min_value=1,
        max_value=900,
        help_text=_("Seconds until a call counts as not answered, 1 to 900."),
    )
    call_limit = forms.IntegerField(
        label=_("Calls at a time"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("To telephones; 0 for the platform's limit."),
    )
    quickdial_prefix = forms.CharField(
        label=_("Quick dial prefix"),
        required=False,
        max_length=32,
        help_text=_("Put before short numbers: the beginning of the account's own, where that is a number."),
    )
    region = forms.CharField(
        label=_("Region"), required=False, max_length=64, help_text=_("The platform's key for emergency calls.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stored(self.fields["timezone"], self.initial.get("timezone"))

    @classmethod
    def initial_from(cls, record: SipAccount) -> dict[str, Any]:
        initial = super().initial_from(record)
        initial |= {
            "id": str(record.id),
            "language": record.get_property("language"),
            "groups": list(record.groups),
            "stored": record,
        }
        return initial

    def clean_call_limit(self) -> int:
        return self.cleaned_data.get("call_limit") or 0
