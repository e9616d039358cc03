"""The form of the forwarding page: a target for each condition, the answer timeout and the mobile number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS
from portal.accounts.addresses import address_as_typed, sip_uri, target_in_words
from portal.accounts.forms.fields import AnswerTimeoutField
from portal.accounts.forwarding.choices.diversions import (
    CONDITIONS,
    COVERED,
    NAMES,
    DiversionCondition,
    DiversionOptions,
    WantedDiversions,
    mobile_target,
)
from portal.core.error_pages import explain_error
from portal.core.fields import PhoneField
from portal.core.forms import RecordForm, add_css_classes, disable_field
from portal.core.in_words import number_in_groups
from portal.ngnpro import errors
from portal.ngnpro.records import CallDiversions, SipAccount
from portal.ngnpro.records.handling import VOICE_MAILBOX

MAILBOX, MOBILE, OTHER = "mailbox", "mobile", "other"


@dataclass(frozen=True, slots=True)
class DiversionRow:
    """One condition for display. ``covered``: it never applies, because all calls are forwarded."""

    condition: DiversionCondition
    target: BoundField
    other: BoundField
    covered: bool

    @property
    def fields(self) -> tuple[BoundField, BoundField]:
        return self.target, self.other


class DiversionsForm(RecordForm[WantedDiversions]):
    """A form for the target of each condition; the view sets the choices with ``offer``."""

    room = "accounts:forwarding"
    record_class = WantedDiversions
    sections = ()
    options: DiversionOptions

    timeout = AnswerTimeoutField(
        help_text=_("1 to 900 seconds. About 5 seconds are one ring; 35 is usual."),
        widget=forms.NumberInput(attrs={"class": "w-num"}),
    )
    mobile = PhoneField(label=_("Mobile number"), help_text=_("With + and country code, as in +31 6 1234 5678."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for condition in CONDITIONS:
            self.fields[condition.name] = forms.ChoiceField(label=str(condition.label), required=False)
            other = _("%(case)s: number or address") % {"case": condition.label}
            # the style sheet shows it only if the choice is "other"
            beside = forms.TextInput(attrs={"class": "other", "autocapitalize": "none", "spellcheck": "false"})
            self.fields[f"{condition.name}_other"] = forms.CharField(
                label=other, required=False, max_length=320, widget=beside
            )
        add_css_classes(self)

    @classmethod
    def initial_from(cls, record: WantedDiversions) -> dict[str, Any]:
        return {"stored": record, "timeout": record.timeout, "mobile": record.mobile}

    def offer(self, options: DiversionOptions) -> None:
        """Set the choices of the fields, and select the choice of each stored target."""
        self.options = options
        for name in NAMES:
            stored = self.stored.target(name)
            self.fields[name].choices = list(self._choices(name, stored))  # type: ignore[attr-defined]
            self.initial[name], self.initial[f"{name}_other"] = self._as_shown(self.stored, stored)

    @property
    def stored(self) -> WantedDiversions:
        stored: WantedDiversions = self.initial.get("stored") or WantedDiversions(diversions=CallDiversions())
        return stored

    def _choices(self, name: str, stored: str) -> Iterator[tuple[str, Any]]:
        known, mobile = self.options.known, self.stored.mobile
        yield "", _("Not forwarded")
        if self.options.mailbox or not known:
            yield MAILBOX, _("Voicemail")
        elif self.options.is_mailbox(stored):
            yield MAILBOX, _("Voicemail, which this account does not have")
        if self.options.may_call_numbers or not known or self._as_shown(self.stored, stored)[0] == MOBILE:
            number = number_in_groups(mobile.lstrip("+")) if mobile else ""
            yield MOBILE, _("Mobile, %(number)s") % {"number": number} if number else _("Mobile")
        if self.options.own:
            yield _("Numbers and aliases of the same owner"), list(self.options.own)  # type: ignore[misc]
        sent = self.data.get(name, "")
        if not known and sent.startswith("sip"):
            yield sent, sent
        yield OTHER, _("Another number or address")

    def _as_shown(self, record: WantedDiversions, target: str) -> tuple[str, str]:
        """Return the choice for a target, and the text of the field next to it."""
        if not target:
            return "", ""
        if self.options.is_mailbox(target):
            return MAILBOX, ""
        if target == mobile_target(record.mobile, self.options.account.id):
            return MOBILE, ""
        if target in dict(self.options.own):
            return target, ""
        return OTHER, address_as_typed(target, self.options.domain)

    def shown(self, record: WantedDiversions, name: str) -> Any:
        case, _line, other = name.partition("_")
        if case not in NAMES:
            return super().shown(record, name)
        target = record.target(case)
        choice, beside = self._as_shown(record, target)
        if other:
            return beside
        return _("Mobile") if choice == MOBILE else target_in_words(target, self.options.domain) if target else ""

    def rows(self) -> Iterator[DiversionRow]:
        covered = COVERED if self["func"].value() else frozenset()
        for condition in CONDITIONS:
            name = condition.name
            yield DiversionRow(condition, self[name], self[f"{name}_other"], name in covered)

    def restrict_to_server(self, knows: Callable[[type[Any], str], bool]) -> None:
        members: list[tuple[type[Any], str]] = [(SipAccount, "timeout"), *((CallDiversions, name) for name in NAMES)]
        for record, name in members:
            if not knows(record, name):
                disable_field(self.fields[name], str(_("This NGNPro server does not have it.")))

    def clean_mobile(self) -> str:
        number: str = self.cleaned_data["mobile"]
        if number in ("", self.stored.mobile):
            return number
        number = f"+{number[2:]}" if number.startswith("00") else number
        if not number.startswith("+") or not 5 <= len(number) - 1 <= MOST_DIGITS:
            raise ValidationError(_("Begin with + and the country code, then up to 15 digits in all."))
        return number

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        self.targets: dict[str, Any] = {name: self._target(name, values) for name in NAMES}
        return values

    def _target(self, name: str, values: dict[str, Any]) -> str | None:
        choice, beside = values.get(name, ""), values.get(f"{name}_other", "")
        if choice == OTHER:
            return self._typed_target(f"{name}_other", beside)
        if choice == MAILBOX:
            stored = self.stored.target(name)
            return stored if self.options.is_mailbox(stored) else VOICE_MAILBOX
        if choice == MOBILE:
            if not values.get("mobile") and not self.has_error("mobile"):
                self.add_error("mobile", ValidationError(_("Enter the mobile number that calls are forwarded to.")))
            return mobile_target(values.get("mobile", ""), self.options.account.id)
        return choice or None

    def _typed_target(self, field: str, text: str) -> str | None:
        if not text:
            self.add_error(field, ValidationError(_("Enter the number or address that calls are forwarded to.")))
            return None
        try:
            uri = sip_uri(text, self.options.domain)
        except ValidationError as error:
            self.add_error(field, error)
            return None
        if len(uri) > 255:
            self.add_error(field, ValidationError(_("An address has at most 255 characters.")))
        return uri

    def to_record(self, record: WantedDiversions | None = None) -> WantedDiversions:
        before = record or self.stored
        return WantedDiversions(
            diversions=replace(before.diversions, **self.targets),
            timeout=self.cleaned_data["timeout"] or before.timeout,
            mobile=self.cleaned_data["mobile"],
        )

    def add_refusal(self, refusal: errors.Refusal) -> None:
        """Add a refusal to the field of the condition that NGNPro names (``FUNC``), or to its text field if used."""
        name = (refusal.field or "").rpartition(".")[2].lower()
        if name not in NAMES:
            super().add_refusal(refusal)
            return
        field = f"{name}_other" if self.cleaned_data.get(name) == OTHER else name
        self.add_error(field, ValidationError(explain_error(refusal).what))
