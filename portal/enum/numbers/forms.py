"""The forms and the list of ENUM numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column as LayoutColumn
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.enum_services import SERVICES
from ngnpro_wire.facts.enum_targets import TargetRefused, normal_target
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.telephone_numbers import leading_digits
from portal.core.access import may_open, why_not_field, why_only_looking
from portal.core.fields import MOST_TTL, AddressField, CustomerField, DomainNameField
from portal.core.forms import FilterForm, RecordForm, disable_field
from portal.core.in_words import address_in_words
from portal.core.layouts import FieldSection
from portal.core.markup import markup
from portal.core.normal_forms import target_error
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import muted
from portal.core.viewer import Viewer
from portal.enum.fields import NumberField, linked_number
from portal.enum.findings import same_target
from portal.enum.numbers.naptr import with_other_account
from portal.ngnpro.records import EnumId, EnumMapping, EnumNumber, EnumNumberFilter, SipId

BLANK_ROWS = 2
MOST_ROWS = 20
# Suggests accounts while the person types; without JavaScript, a page searches for one.
PICKER = {
    "list": "accounts",
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "hx-get": "/enum/numbers/suggest/",
    "hx-trigger": "input changed delay:150ms",
    "hx-target": "#accounts",
    "hx-swap": "innerHTML",
}
PARTS = ("type", "mapto", "priority", "ttl")


class NumberForm(RecordForm[EnumNumber]):
    """A number and its mappings: a row for each, and two empty ones; a row without a target is no mapping."""

    room = "enum:numbers"
    record_class = EnumNumber
    sections = ((_("Number"), ("number", "tld", "owner", "info")),)
    fault_fields = {
        FaultCode.NUMBER_EXISTS: "number",
        FaultCode.NUMBER_OUTSIDE: "number",
        FaultCode.RANGE_MISSING: "number",
        FaultCode.RANGE_FULL: "number",
        FaultCode.CUSTOMER_MISSING: "owner",
    }
    beside = {"mappings": _("Targets")}

    number = NumberField(label=_("Number"), help_text=_("As in +31 20 800 51 69, in one of the number ranges."))
    tld = DomainNameField(label=_("ENUM domain"), initial="e164.arpa", help_text=_("That of its range."))
    owner = CustomerField(label=_("Owner"), help_text=_("The customer whose number this is: name or number."))
    info = forms.CharField(label=_("For"), required=False, max_length=255, help_text=_("A note."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.completed: list[str] = []
        self.mappings: tuple[EnumMapping, ...] = self.initial.get("mappings", ())
        self.rows = min(MOST_ROWS, max(self._sent_rows(), len(self.mappings) + BLANK_ROWS))
        for row in range(self.rows):
            self._add_row(row, self.mappings[row] if row < len(self.mappings) else EnumMapping())

    def _sent_rows(self) -> int:
        rows = [name.rpartition("_")[2] for name in self.data if name.startswith("mapto_")]
        return max((int(row) + 1 for row in rows if row.isdecimal() and len(row) < 3), default=0)

    def _add_row(self, row: int, mapping: EnumMapping) -> None:
        services = [(name, name) for name in SERVICES]
        if mapping.type not in SERVICES:
            services.append((mapping.type, mapping.type))
        number = forms.IntegerField
        self.fields |= {
            f"type_{row}": forms.ChoiceField(label=_("Service"), choices=services, initial=mapping.type),
            f"mapto_{row}": forms.CharField(
                label=_("Points to"),
                required=False,
                max_length=255,
                initial=mapping.mapto or self.initial.get(f"mapto_{row}"),
                widget=forms.TextInput(attrs=PICKER),
            ),
            f"priority_{row}": number(label=_("Priority"), min_value=0, max_value=65535, initial=mapping.priority),
            f"ttl_{row}": number(label=_("TTL"), min_value=0, max_value=MOST_TTL, initial=mapping.ttl),
            f"id_{row}": forms.IntegerField(required=False, widget=forms.HiddenInput, initial=mapping.id or None),
        }
        for part in PARTS[2:]:
            self.fields[f"{part}_{row}"].required = False

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        widths = ("col-md-2", "col-md-6", "col-md-2", "col-md-2")
        rows = [
            Row(
                *(LayoutColumn(f"{part}_{row}", css_class=width) for part, width in zip(PARTS, widths, strict=True)),
                f"id_{row}",
            )
            for row in range(self.rows)
        ]
        helper.layout = Layout(*helper.layout.fields, FieldSection(str(_("Targets")), *rows))
        return helper

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        for row in range(self.rows):
            typed, service = values.get(f"mapto_{row}"), values.get(f"type_{row}")
            if typed and service in SERVICES and typed != self._stored_target(row):
                try:
                    values[f"mapto_{row}"] = normal_target(service, typed)
                except TargetRefused as refused:
                    self.add_error(f"mapto_{row}", target_error(service, refused))
        self._refuse_twice(values)
        return values

    def _refuse_twice(self, values: dict[str, Any]) -> None:
        seen = set()
        for row in range(self.rows):
            service, target = values.get(f"type_{row}"), values.get(f"mapto_{row}")
            if not target:
                continue
            key = same_target(EnumMapping(type=service or "", mapto=target))
            if key in seen and not self._stored_target(row):
                self.add_error(f"mapto_{row}", _("This target stands above already."))
            seen.add(key)

    def _stored_target(self, row: int) -> str:
        return self.mappings[row].mapto if row < len(self.mappings) else ""

    def shown(self, record: EnumNumber, name: str) -> Any:
        value = super().shown(record, name)
        return tuple(mapping.mapto for mapping in value) if name == "mappings" else value

    def record_values(self) -> dict[str, Any]:
        self.completed = []
        values = {**super().record_values(), "mappings": tuple(self._typed_mappings())}
        if "number" in self.fields:
            values["id"] = EnumId(number=self.cleaned_data["number"], tld=self.cleaned_data["tld"])
        return values

    def _typed_mappings(self) -> Iterator[EnumMapping]:
        known = {mapping.id: mapping for mapping in self.mappings}
        for row in range(self.rows):
            values: dict[str, Any] = {part: self.cleaned_data.get(f"{part}_{row}") for part in PARTS}
            if not (values["mapto"] or "").strip():
                continue
            base = known.get(self.cleaned_data.get(f"id_{row}") or 0, EnumMapping())
            if values["mapto"] != self.data.get(self.add_prefix(f"mapto_{row}"), "").strip():
                self.completed.append(values["mapto"])
            typed = {part: value for part, value in values.items() if value is not None}
            yield dataclasses.replace(base, **typed)


class CallerIdField(forms.BooleanField):
    """A checkbox: whether the account that a number points to shows it as its caller-ID."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Show it as the account's caller-ID"),
            required=False,
            help_text=_("Called telephones then show this number."),
        )


def restrict_caller_id(form: forms.Form, viewer: Viewer) -> None:
    """Disable the caller-ID field, and show the reason, unless the viewer may change an account's caller-ID."""
    reason = why_not_field(viewer, "accounts.rpid") or why_only_looking(viewer, "accounts:edit")
    if reason or not may_open(viewer, "accounts:edit"):
        disable_field(
            form.fields["caller_id"],
            str(reason or _("You may not change it, or this NGNPro server does not offer it.")),
        )


class NumberAddForm(NumberForm):
    """A new number, which can become the caller-ID of the account that it points to."""

    caller_id = CallerIdField()

    def restrict(self, viewer: Viewer) -> None:
        super().restrict(viewer)
        restrict_caller_id(self, viewer)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(*helper.layout.fields, FieldSection(str(_("Then")), "caller_id"))
        return helper


class NumberEditForm(NumberForm):
    """An existing number; its digits and domain are its key and cannot be changed."""

    number = None  # type: ignore[assignment]
    tld = None  # type: ignore[assignment]

    @classmethod
    def initial_from(cls, record: EnumNumber) -> dict[str, Any]:
        in_order = sorted(record.mappings, key=lambda mapping: mapping.priority)
        return {**super().initial_from(record), "mappings": tuple(in_order)}


class NumberMoveForm(RecordForm[EnumNumber]):
    """The account that a number is moved to."""

    room = "enum:numbers"
    record_class = EnumNumber
    sections = ((_("Move to"), ("account", "caller_id")),)
    fault_fields = {FaultCode.ACCOUNT_MISSING: "account"}
    beside = {"mappings": _("Targets")}

    account = AddressField(
        label=_("Account"),
        help_text=_("user@domain: type the first letters, then choose."),
        widget=forms.TextInput(attrs=PICKER),
    )
    caller_id = CallerIdField()

    def restrict(self, viewer: Viewer) -> None:
        super().restrict(viewer)
        restrict_caller_id(self, viewer)

    def to_record(self, record: EnumNumber | None = None) -> EnumNumber:
        address = SipId.parse(self.cleaned_data["account"])
        return with_other_account(record or EnumNumber(id=EnumId(number="")), address)


class NumberFilterForm(FilterForm[EnumNumberFilter]):
    number = forms.CharField(label=_("Number"), required=False, max_length=40)
    mapto = forms.CharField(label=_("Points to"), required=False, max_length=255)
    type = forms.ChoiceField(
        label=_("Service"), required=False, choices=[("", _("Any")), *((name, name) for name in SERVICES)]
    )
    tld = forms.CharField(label=_("ENUM domain"), required=False, max_length=255)
    owner = CustomerField(label=_("Owner"))

    def to_filter(self) -> EnumNumberFilter:
        values = self.cleaned_data
        return EnumNumberFilter(
            number=filter_pattern(leading_digits(values["number"])),
            mapto=filter_pattern(values["mapto"].removeprefix("sip:")),
            type=values["type"],
            tld=filter_pattern(values["tld"]),
            owner=values["owner"],
        )


def mapping_target(mapto: str) -> str | SafeString:
    """Render the target of a number with its domain in its own script, and its wire form while it is pointed at."""
    shown = address_in_words(mapto)
    return markup('<bdi title="{}">{}</bdi>', mapto, shown) if shown != mapto else mapto


class NumberTable(Table[EnumNumber]):
    caption = _("Numbers")
    columns = (
        Column("number", _("Number"), sort="number"),
        Column("mappings", _("Points to"), css="keep"),
        Column("info", _("For"), css="opt card-skip"),
        Column("owner", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_number(self, record: EnumNumber) -> SafeString:
        return linked_number("enum:numbers:detail", record.id.number, record.id.tld)

    def cell_mappings(self, record: EnumNumber) -> SafeString:
        if not record.mappings:
            return muted(gettext("No target"))
        ordered = sorted(record.mappings, key=lambda mapping: mapping.priority)
        lines = format_html_join(
            "", '<span class="d-block">{}</span>', ((mapping_target(mapping.mapto),) for mapping in ordered[:3])
        )
        if len(ordered) > 3:
            return markup(
                '<span>{}<span class="sub">{}</span></span>', lines, gettext("and %s more") % (len(ordered) - 3)
            )
        return markup("<span>{}</span>", lines)

    def cell_owner(self, record: EnumNumber) -> str | SafeString:
        return self.names.show(record.owner)

    def cell_change_date(self, record: EnumNumber) -> str | SafeString:
        return self.when(record.change_date)
