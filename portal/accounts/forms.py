"""Forms of the accounts room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.access import why_not_field
from portal.core.auth import Viewer
from portal.core.fields import (
    CustomerField,
    DomainNameField,
    LanguageField,
    PasswordField,
    TimeZoneField,
    UsernameField,
    new_password,
    offer_stored,
    strong_enough,
)
from portal.core.forms import FilterForm, RecordForm, pattern, split_address
from portal.ngnpro.faults import FaultCode
from portal.ngnpro.records import SipAccount, SipAccountProperty, SipFilter, SipId

from .choices import GROUPS, SETTABLE

PROPERTIES = ("language", "web_password")


class AccountForm(RecordForm[SipAccount]):
    """What adding and editing an account have in common."""

    room = "accounts"
    record_class = SipAccount
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
    web_password = PasswordField(
        label=_("Web password"),
        help_text=_("For the account's own pages, up to 128 characters. Empty leaves it as it is."),
    )

    def restrict(self, viewer: Viewer) -> None:
        """Offer only the groups that the viewer may change; the others stay as they are, and the page says why."""
        super().restrict(viewer)
        groups = self.fields["groups"]
        reasons = {name: why_not_field(viewer, f"accounts.groups.{name}") for name in SETTABLE}
        groups.choices = [(name, GROUPS[name].label) for name in SETTABLE if not reasons[name]]  # type: ignore[attr-defined]
        closed = (f"{GROUPS[name].label}: {reason}" for name, reason in reasons.items() if reason)
        groups.help_text = " ".join(closed)

    def clean_quota(self) -> int:
        return self.cleaned_data.get("quota") or 0

    def to_record(self, record: SipAccount | None = None) -> SipAccount:
        """Make or change the record; groups and properties that the form does not show survive."""
        self.cleaned_data["groups"] = self._groups(record)
        self.cleaned_data["properties"] = self._properties(record)
        return super().to_record(record)

    def _groups(self, record: SipAccount | None) -> tuple[str, ...]:
        offered = dict(self.fields["groups"].choices)  # type: ignore[attr-defined]
        hidden = [name for name in record.groups if name not in offered and name != "prepaid"] if record else []
        prepaid = ["prepaid"] if self.cleaned_data["prepaid"] else []
        return (*hidden, *self.cleaned_data["groups"], *prepaid)

    def _properties(self, record: SipAccount | None) -> tuple[SipAccountProperty, ...]:
        typed = {name: self.cleaned_data.get(name, "") for name in PROPERTIES}
        kept = [
            entry
            for entry in (record.properties if record else ())
            if entry.name not in PROPERTIES or (entry.name == "web_password" and not typed["web_password"])
        ]
        return (*kept, *(SipAccountProperty(name=name, value=value) for name, value in typed.items() if value))


class AccountAddForm(AccountForm):
    """A new account."""

    sections = (
        (_("Address"), ("username", "domain")),
        (_("Person"), ("first_name", "last_name", "email", "timezone", "language", "owner")),
        (_("Passwords"), ("password", "web_password")),
        (_("Rights and limits"), ("groups", "prepaid", "quota")),
        (_("Then"), ("send_information",)),
    )

    username = UsernameField()
    domain = DomainNameField(help_text=_("One of the platform's SIP domains."))
    send_information = forms.BooleanField(
        label=_("Send the account information"),
        required=False,
        initial=True,
        help_text=_("By e-mail. A SIP password that is stored encrypted is never in it: you see it once after saving."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("At least 8 characters. Left empty, a strong one is made.")
        self.fields["domain"].widget.attrs |= {
            "list": "domains",
            "autocomplete": "off",
            "hx-get": "/domains/suggest/",
            "hx-trigger": "input changed delay:150ms, focus once",
            "hx-target": "#domains",
            "hx-swap": "innerHTML",
        }
        self.order_fields(name for _heading, names in self.sections for name in names)

    def clean_password(self) -> str:
        return strong_enough(self.cleaned_data["password"]) or new_password()

    def record_values(self) -> dict[str, Any]:
        identity = SipId(username=self.cleaned_data["username"], domain=self.cleaned_data["domain"])
        return {**super().record_values(), "id": identity}


class AccountEditForm(AccountForm):
    """An account that exists; its address stays."""

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
        label=_("Quick dial prefix"), required=False, max_length=32, help_text=_("Digits put before short numbers.")
    )
    region = forms.CharField(
        label=_("Region"), required=False, max_length=64, help_text=_("The platform's key for emergency calls.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("At least 8 characters. Left empty, it stays as it is.")
        offer_stored(self.fields["timezone"], self.initial.get("timezone"))

    @classmethod
    def initial_from(cls, record: SipAccount) -> dict[str, Any]:
        initial = super().initial_from(record)
        initial |= {"language": record.get_property("language"), "groups": list(record.groups)}
        return initial

    def clean_password(self) -> str:
        return strong_enough(self.cleaned_data["password"])

    def clean_call_limit(self) -> int:
        return self.cleaned_data.get("call_limit") or 0


class AccountFilterForm(FilterForm[SipFilter]):
    account = forms.CharField(label=_("Username or address"), required=False, max_length=320)
    domain = forms.CharField(label=_("Domain"), required=False, max_length=255)
    first_name = forms.CharField(label=_("First name"), required=False, max_length=64)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=64)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=255)
    owner = CustomerField(label=_("Owner"))
    reseller = CustomerField(label=_("Reseller"))
    group = forms.ChoiceField(
        label=_("Has"),
        required=False,
        choices=[("", _("Anything")), *((name, group.label) for name, group in GROUPS.items())],
    )

    def to_filter(self) -> SipFilter:
        values = self.cleaned_data
        username, domain = split_address(values["account"], values["domain"])
        return SipFilter(
            username=username,
            domain=domain,
            first_name=pattern(values["first_name"]),
            last_name=pattern(values["last_name"]),
            email=pattern(values["email"]),
            owner=values["owner"],
            reseller=values["reseller"],
            groups=(values["group"],) if values["group"] else (),
        )
