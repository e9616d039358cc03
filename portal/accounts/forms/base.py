"""What the forms for adding and editing an account have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import Kind
from portal.accounts.choices import GROUPS, SETTABLE
from portal.core.access import why_not_field
from portal.core.blocks import BLOCKED, BLOCKED_BY, RESELLER, note_of, why_not_lift
from portal.core.fields import CustomerField, LanguageField, PasswordField, TimeZoneField
from portal.core.forms import RecordForm
from portal.core.passwords import check_field, help_text, known_of
from portal.core.viewer import Viewer
from portal.core.web_passwords import with_web_password
from portal.ngnpro.records import SipAccount, SipAccountProperty

PROPERTIES = ("language",)
PASSWORDS = {"password": Kind.SIP, "web_password": Kind.WEB}


class AccountForm(RecordForm[SipAccount]):
    """What adding and editing an account have in common."""

    room = "accounts"
    record_class = SipAccount
    left_empty: ClassVar[Mapping[str, Any]] = {}
    fault_fields = {
        FaultCode.ACCOUNT_EXISTS: "username",
        FaultCode.DOMAIN_MISSING: "domain",
        FaultCode.CUSTOMER_MISSING: "owner",
    }

    first_name = forms.CharField(label=_("First name"), max_length=64)
    last_name = forms.CharField(label=_("Last name"), max_length=64)
    email = forms.EmailField(
        label=_("E-mail"), max_length=255, help_text=_("Account information and missed calls go there.")
    )
    timezone = TimeZoneField(initial="Europe/Amsterdam")
    language = LanguageField()
    owner = CustomerField(
        label=_("Owner"), help_text=_("The customer whose account this is: name or number. Empty for nobody.")
    )
    groups = forms.MultipleChoiceField(
        label=_("Rights"),
        required=False,
        choices=[(name, GROUPS[name].label) for name in SETTABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    prepaid = forms.BooleanField(
        label=_("Prepaid"), required=False, help_text=_("Calls are paid from the account's balance.")
    )
    quota = forms.IntegerField(
        label=_("Monthly quota"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("In the platform's currency, 0 to 1,000,000; 0 for no limit."),
    )
    password = PasswordField(label=_("SIP password"))
    web_password = PasswordField(label=_("Web password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in PASSWORDS.items():
            self.fields[name].help_text = help_text(kind, self.left_empty[name])

    # what ``blocked_by`` says where the form blocks the account
    note = RESELLER

    def restrict(self, viewer: Viewer) -> None:
        """Offer only the groups that the viewer may change; the others stay as they are, and the page says why."""
        super().restrict(viewer)
        self.note = note_of(viewer)
        groups = self.fields["groups"]
        reasons = {name: why_not_field(viewer, f"accounts.groups.{name}") for name in SETTABLE}
        if isinstance(stored := self.initial.get("stored"), SipAccount):
            reasons[BLOCKED] = why_not_lift(viewer, stored) or reasons[BLOCKED]
        groups.choices = [(name, GROUPS[name].label) for name in SETTABLE if not reasons[name]]  # type: ignore[attr-defined]
        closed = (f"{GROUPS[name].label}: {reason}" for name, reason in reasons.items() if reason)
        groups.help_text = " ".join(closed)

    def shown(self, record: SipAccount, name: str) -> Any:
        if name == "groups":
            offered = dict(self.fields["groups"].choices)  # type: ignore[attr-defined]
            return tuple(sorted(str(offered[group]) for group in record.groups if group in offered))
        return record.get_property("language") if name == "language" else super().shown(record, name)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        known = known_of(self.initial, values)
        for name, kind in PASSWORDS.items():
            check_field(self, name, kind, known)
        return values

    def clean_quota(self) -> int:
        return self.cleaned_data.get("quota") or 0

    def to_record(self, record: SipAccount | None = None) -> SipAccount:
        """Make or change the record; groups and properties that the form does not show survive."""
        self.cleaned_data["groups"] = self._groups(record)
        self.cleaned_data["properties"] = self._properties(record)
        return self.with_web_password(super().to_record(record))

    def with_web_password(self, account: SipAccount) -> SipAccount:
        """Put the web password that was typed, if any, into the account; its hash depends on the account's address."""
        typed = self.cleaned_data.get("web_password", "")
        return with_web_password(account, typed) if typed else account

    def _groups(self, record: SipAccount | None) -> tuple[str, ...]:
        offered = dict(self.fields["groups"].choices)  # type: ignore[attr-defined]
        hidden = [name for name in record.groups if name not in offered and name != "prepaid"] if record else []
        prepaid = ["prepaid"] if self.cleaned_data["prepaid"] else []
        return (*hidden, *self.cleaned_data["groups"], *prepaid)

    def _properties(self, record: SipAccount | None) -> tuple[SipAccountProperty, ...]:
        typed = {name: self.cleaned_data.get(name, "") for name in PROPERTIES}
        kept = [entry for entry in (record.properties if record else ()) if entry.name not in PROPERTIES]
        found = (*kept, *(SipAccountProperty(name=name, value=value) for name, value in typed.items() if value))
        is_blocked, was_blocked = BLOCKED in self.cleaned_data["groups"], record and BLOCKED in record.groups
        if is_blocked == bool(was_blocked):
            return found
        note = (SipAccountProperty(name=BLOCKED_BY, value=self.note),) if is_blocked else ()
        return (*(entry for entry in found if entry.name != BLOCKED_BY), *note)
