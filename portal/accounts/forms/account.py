"""The base form for adding and editing an account, the form for editing, and the filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from ngnpro_wire.facts.blocks import BY_RESELLER
from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind
from portal.accounts.by_state import LOOKED_AT, LOW, OFFLINE, ONLINE, StateFilter
from portal.accounts.choices import GROUPS, SETTABLE
from portal.core.access import why_not_field
from portal.core.fields import CustomerField, EmailField, LanguageField, PasswordField, offer_stored
from portal.core.forms import FilterForm, RecordForm
from portal.core.passwords import check_field, help_text, known_of
from portal.core.person_fields import NameField
from portal.core.search_text import filter_pattern, split_address
from portal.core.sip_accounts import block_note_of, why_not_unblock, with_block_note, with_web_password
from portal.core.viewer import Viewer
from portal.core.zone_fields import TimeZoneField
from portal.ngnpro.records import SipAccount, SipFilter

from .fields import AnswerTimeoutField, QuickDialField

PROPERTIES = ("language",)
PASSWORDS = {"password": PasswordKind.SIP, "web_password": PasswordKind.WEB}


class AccountForm(RecordForm[SipAccount]):
    """A base form for adding and editing an account."""

    room = "accounts"
    record_class = SipAccount
    left_empty: ClassVar[Mapping[str, Any]] = {}
    fault_fields = {
        FaultCode.ACCOUNT_EXISTS: "username",
        FaultCode.DOMAIN_MISSING: "domain",
        FaultCode.CUSTOMER_MISSING: "owner",
    }

    first_name = NameField(label=gettext_lazy("First name"), max_length=64)
    last_name = NameField(label=gettext_lazy("Last name"), max_length=64)
    email = EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Account information and missed calls go there."),
    )
    timezone = TimeZoneField(initial="Europe/Amsterdam")
    language = LanguageField()
    owner = CustomerField(
        label=gettext_lazy("Owner"),
        help_text=gettext_lazy("The customer whose account this is: name or number. Empty for no owner."),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"),
        required=False,
        choices=[(name, GROUPS[name].label) for name in SETTABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    prepaid = forms.BooleanField(
        label=gettext_lazy("Prepaid"),
        required=False,
        help_text=gettext_lazy("Calls are paid from the account's balance."),
    )
    quota = forms.IntegerField(
        label=gettext_lazy("Monthly quota"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("In the platform's currency, 0 to 1,000,000; 0 for no limit."),
    )
    password = PasswordField(label=gettext_lazy("SIP password"))
    web_password = PasswordField(label=gettext_lazy("Web password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in PASSWORDS.items():
            self.fields[name].help_text = help_text(kind, self.left_empty[name])

    # who blocks the account, if the form does
    note = BY_RESELLER

    def restrict(self, viewer: Viewer) -> None:
        """Offer only the groups that the viewer may change; the help text says why others are missing."""
        super().restrict(viewer)
        self.note = block_note_of(viewer)
        groups = self.fields["groups"]
        reasons = {name: why_not_field(viewer, f"accounts.groups.{name}") for name in SETTABLE}
        if isinstance(stored := self.initial.get("stored"), SipAccount):
            reasons[BLOCKED] = why_not_unblock(viewer, stored) or reasons[BLOCKED]
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
        """Create or change the record; groups and properties that the form does not show are preserved."""
        self.cleaned_data["groups"] = self._groups(record)
        return self.with_web_password(self._with_properties(super().to_record(record), record))

    def with_web_password(self, account: SipAccount) -> SipAccount:
        """Return the account with the typed web password, if any; its hash depends on the account's address."""
        typed = self.cleaned_data.get("web_password", "")
        return with_web_password(account, typed) if typed else account

    def _groups(self, record: SipAccount | None) -> tuple[str, ...]:
        offered = dict(self.fields["groups"].choices)  # type: ignore[attr-defined]
        hidden = [name for name in record.groups if name not in offered and name != "prepaid"] if record else []
        prepaid = ["prepaid"] if self.cleaned_data["prepaid"] else []
        return (*hidden, *self.cleaned_data["groups"], *prepaid)

    def _with_properties(self, account: SipAccount, before: SipAccount | None) -> SipAccount:
        """Return the account with the typed properties, and with a note of who blocked it if that has changed."""
        for name in PROPERTIES:
            account = account.with_property(name, self.cleaned_data.get(name, ""))
        is_blocked, was_blocked = BLOCKED in account.groups, before is not None and BLOCKED in before.groups
        return account if is_blocked == was_blocked else with_block_note(account, self.note if is_blocked else "")


class AccountEditForm(AccountForm):
    """A form for an existing account; its address cannot be changed."""

    left_empty = dict.fromkeys(("password", "web_password"), gettext_lazy("If it is empty, it is not changed."))
    sections = (("", ("first_name", "last_name", "email", "owner", "rpid", "quota", "prepaid", "groups")),)
    more = (
        (gettext_lazy("Calls"), ("timeout", "call_limit", "quickdial_prefix", "region")),
        (gettext_lazy("Language and time zone"), ("language", "timezone")),
        (gettext_lazy("Passwords"), ("password", "web_password")),
    )

    rpid = forms.RegexField(
        r"^\+?\d*$",
        label=gettext_lazy("Caller-ID"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("The number that called telephones show: up to 32 digits."),
        error_messages={"invalid": gettext_lazy("A caller-ID is made of digits only.")},
    )
    timeout = AnswerTimeoutField()
    call_limit = forms.IntegerField(
        label=gettext_lazy("Calls at a time"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("To telephones; 0 for the platform's limit."),
    )
    quickdial_prefix = QuickDialField(
        help_text=gettext_lazy("Added before short numbers: the first digits of the account's own number.")
    )
    region = forms.CharField(
        label=gettext_lazy("Region"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("The platform's key for emergency calls."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stored(self.fields["timezone"], self.initial.get("timezone"))
        self.usual = dict(self.initial)
        if self.initial:
            self.accept_stored()

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


STATES = [
    ("", pgettext_lazy("accounts", "All")),
    (ONLINE, gettext_lazy("Online")),
    (OFFLINE, gettext_lazy("Not online")),
    *((name, GROUPS[name].label) for name in ("blocked", "quota", "prepaid")),
    (LOW, gettext_lazy("Low balance")),
]


class AccountFilterForm(FilterForm[SipFilter]):
    segments = "state"
    searched = gettext_lazy("Username or address")

    account = forms.CharField(label=gettext_lazy("Address, name or e-mail"), required=False, max_length=320)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    domain = forms.CharField(label=gettext_lazy("Domain"), required=False, max_length=255)
    first_name = forms.CharField(label=gettext_lazy("First name"), required=False, max_length=64)
    last_name = forms.CharField(label=gettext_lazy("Last name"), required=False, max_length=64)
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False, max_length=255)
    owner = CustomerField(label=gettext_lazy("Owner"))
    customer = CustomerField(label=gettext_lazy("Customer of the domain"))
    reseller = CustomerField(label=gettext_lazy("Reseller"))
    group = forms.ChoiceField(
        label=gettext_lazy("Has"),
        required=False,
        choices=[("", gettext_lazy("Anything")), *((name, group.label) for name, group in GROUPS.items())],
    )
    right = forms.RegexField(
        r"^[a-z0-9_.-]*$",
        label=gettext_lazy("Also has the right"),
        required=False,
        max_length=64,
        error_messages={"invalid": gettext_lazy("Letters, digits and - _ . only.")},
    )

    def to_filter(self) -> SipFilter:
        values = self.cleaned_data
        username, domain = split_address(values["account"], values["domain"])
        state = values["state"]
        in_group = {LOW: "prepaid", ONLINE: "", OFFLINE: ""}.get(state, state)
        conditions: dict[str, Any] = {
            "username": username,
            "domain": domain,
            "first_name": filter_pattern(values["first_name"]),
            "last_name": filter_pattern(values["last_name"]),
            "email": filter_pattern(values["email"]),
            "owner": values["owner"],
            "customer": values["customer"],
            "reseller": values["reseller"],
            "groups": tuple(filter(None, (in_group, values["group"], values["right"]))),
        }
        return StateFilter(**conditions, state=state) if state in LOOKED_AT else SipFilter(**conditions)

    def other_filters(self) -> Iterator[tuple[str | Promise, SipFilter]]:
        """Yield filters by e-mail if the text has an @, else by full name in either order, last and first name."""
        typed, rest = self.cleaned_data["account"].strip(), replace(self.to_filter(), username="")
        if not typed or "@" in typed:
            where = gettext_lazy("E-mail")
            if typed and not rest.email:
                yield (
                    where,
                    replace(rest, domain=filter_pattern(self.cleaned_data["domain"]), email=filter_pattern(typed)),
                )
        elif not (rest.first_name or rest.last_name):
            one, *others = typed.split()
            text, other = filter_pattern(one), filter_pattern(" ".join(others))
            whole = filter_pattern(typed)
            if others:
                yield gettext_lazy("Name"), replace(rest, first_name=text, last_name=other)
                yield gettext_lazy("Name"), replace(rest, first_name=other, last_name=text)
            yield gettext_lazy("Last name"), replace(rest, last_name=whole)
            yield gettext_lazy("First name"), replace(rest, first_name=whole)
