"""Forms for incoming calls: the weekly rules, and adding a rejected caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ngnpro_wire.facts.input_examples import InputKind
from ngnpro_wire.facts.sip_addresses import user_and_host
from ngnpro_wire.facts.weekly_rules import minute_of
from portal.accounts.forwarding.choices.incoming import ALONE, DAYS, GROUPS, caller_uri
from portal.accounts.forwarding.choices.week import Week, in_words
from portal.core.error_pages import explain_error
from portal.core.forms import RecordForm, add_css_classes
from portal.core.input_help import of_kind
from portal.core.person_fields import TimeOfDayField
from portal.ngnpro import errors
from portal.ngnpro.records import EVERYBODY, NOBODY, PersistentAcceptRule, SipId
from portal.ngnpro.records.base import Record

BLANK_ROWS = 2
MOST_ROWS = 99  # unless more are stored
PARTS = ("days", "start", "stop", "groups")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of the weekly rules for display."""

    number: int
    days: BoundField
    start: BoundField
    stop: BoundField
    groups: BoundField
    remove: BoundField | None

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return the errors of the row as pairs of field id and message."""
        fields = (self.days, self.start, self.stop, self.groups)
        return [(str(field.auto_id), " ".join(map(str, field.errors))) for field in fields if field.errors]


def shown_time(stored: str) -> str:
    """Return a stored time if it is valid, else empty; the form then requires a time."""
    return stored if minute_of(stored) is not None else ""


class WeekForm(RecordForm[Week]):
    """A form for the weekly rules: a row per rule, two blank rows, and who may call at all other times."""

    room = "accounts:forwarding"
    record_class = Week
    sections = ()
    beside = {"rules": _("Weekly rules")}

    rest = forms.ChoiceField(
        label=_("At all other times"),
        required=False,
        choices=[("", _("Not set: the platform decides")), (EVERYBODY, _("Everyone")), (NOBODY, _("No one"))],
        help_text=_("Who may call in the hours that no row covers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: tuple[PersistentAcceptRule, ...] = self.initial.get("rules", ())
        self.groups = {str(name): str(words) for name, words in GROUPS.items()}
        self.groups |= {group: group for rule in self.stored for group in rule.groups if group not in self.groups}
        self.row_count = max(min(self._sent_rows(), MOST_ROWS), len(self.stored) + BLANK_ROWS)
        for row in range(self.row_count):
            self._add_row(row, self.stored[row] if row < len(self.stored) else None)
        dress_row_fields(self)

    @classmethod
    def initial_from(cls, record: Week) -> dict[str, Any]:
        return {"rules": record.rules, "rest": record.rest}

    def offer(self, groups: tuple[str, ...]) -> None:
        """Add groups that occur in the phonebook to the choices."""
        self.groups |= {group: group for group in groups if group not in self.groups}
        for row in range(self.row_count):
            self.fields[f"groups_{row}"].choices = list(self.groups.items())  # type: ignore[attr-defined]

    def _sent_rows(self) -> int:
        rows = [name.rpartition("_")[2] for name in self.data if name.startswith(("days_", "start_", "groups_"))]
        return max((int(row) + 1 for row in rows if row.isdecimal() and len(row) < 3), default=0)

    def _add_row(self, row: int, rule: PersistentAcceptRule | None) -> None:
        several, time = forms.CheckboxSelectMultiple, forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        times: dict[str, Any] = {"required": False, "widget": time, "input_formats": ["%H:%M", "%H:%M:%S"]}
        values: dict[str, Any] = {"days": [], "groups": []}
        if rule:
            values = {"days": [str(bit) for bit in DAYS if rule.days & bit], "groups": list(rule.groups)}
        self.fields |= {
            f"days_{row}": forms.MultipleChoiceField(
                label=_("Days"),
                required=False,
                widget=several,
                choices=[(str(bit), words) for bit, words in DAYS.items()],
                initial=values["days"],
            ),
            f"start_{row}": TimeOfDayField(
                label=pgettext_lazy("period", "From"), initial=shown_time(rule.start) if rule else "", **times
            ),
            f"stop_{row}": TimeOfDayField(
                label=pgettext_lazy("period", "To"), initial=shown_time(rule.stop) if rule else "", **times
            ),
            f"groups_{row}": forms.MultipleChoiceField(
                label=_("Who may call"),
                required=False,
                widget=several,
                choices=list(self.groups.items()),
                initial=values["groups"],
            ),
        }
        if rule:
            self.fields[f"remove_{row}"] = forms.BooleanField(label=_("Remove"), required=False)

    def rows(self) -> Iterator[RuleRow]:
        for row in range(self.row_count):
            days, start, stop, groups = (self[f"{part}_{row}"] for part in PARTS)
            remove = self[f"remove_{row}"] if f"remove_{row}" in self.fields else None
            yield RuleRow(row + 1, days, start, stop, groups, remove)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        self.rules = tuple(rule for row in range(self.row_count) if (rule := self._typed(row, values)))
        if self.rules and not values.get("rest") and not (self.stored and not self.initial.get("rest")):
            self.add_error("rest", ValidationError(_("Choose who may call at all other times.")))
        return values

    def _typed(self, row: int, values: dict[str, Any]) -> PersistentAcceptRule | None:
        days, groups = values.get(f"days_{row}") or [], values.get(f"groups_{row}") or []
        start, stop = values.get(f"start_{row}"), values.get(f"stop_{row}")
        wrong = any(self.has_error(f"{part}_{row}") for part in PARTS)
        if values.get(f"remove_{row}") or wrong or not (days or groups or start or stop):
            return None
        for part, value, words in (
            ("days", days, _("Tick the days of this row, or leave all of it empty.")),
            ("start", start is not None, _("Enter when it starts; 00:00 for whole days.")),
            ("stop", stop is not None, _("Enter when it stops; for whole days, 00:00 in both fields.")),
            ("groups", groups, _("Tick who may call then.")),
        ):
            if not value:
                self.add_error(f"{part}_{row}", ValidationError(words))
        if len(groups) > 1 and ALONE & set(groups):
            self.add_error(
                f"groups_{row}", ValidationError(_("“Everyone” and “No one” cannot be combined with other groups."))
            )
        if start is None or stop is None:
            return None
        if f"{start:%H:%M}" == "23:59" or (start == stop and f"{start:%H:%M}" != "00:00"):
            self.add_error(f"stop_{row}", ValidationError(_("Start and end are the same, so this row covers no time.")))
        mask = sum(int(bit) for bit in days)
        return PersistentAcceptRule(days=mask, start=f"{start:%H:%M}", stop=f"{stop:%H:%M}", groups=tuple(groups))

    def shown(self, record: Week, name: str) -> Any:
        if name == "rules":
            return tuple(in_words(rule) for rule in record.rules)
        return super().shown(record, name) if name == "rest" else None

    def record_values(self) -> dict[str, Any]:
        return {"rules": self.rules, "rest": self.cleaned_data["rest"]}


def dress_row_fields(form: forms.Form) -> None:
    """Set the Bootstrap CSS classes of the fields; checkboxes get their own class."""
    add_css_classes(form)
    for field in form.fields.values():
        if isinstance(field.widget, (forms.CheckboxSelectMultiple, forms.CheckboxInput)):
            field.widget.attrs["class"] = "form-check-input"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCaller(Record):
    """One entry of the reject list: an address, in which ``%`` matches any characters."""

    caller: str


class RejectForm(RecordForm[RejectedCaller]):
    """A form for a caller to reject."""

    room = "accounts:forwarding"
    record_class = RejectedCaller
    sections = ((_("Caller"), ("caller",)),)
    sip_id: SipId

    caller = of_kind(
        InputKind.CALLER,
        forms.CharField(
            label=_("Number or address"),
            max_length=250,
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            help_text=_("As in +31 6 1234 5678, bob@example.com, or @example.com for everyone in that domain."),
            error_messages={"required": _("Enter the caller to reject.")},
        ),
    )

    def clean_caller(self) -> str:
        uri = caller_uri(self.cleaned_data["caller"], self.sip_id.domain)
        if "@".join(user_and_host(uri)) == str(self.sip_id):
            raise ValidationError(_("This is the account's own address."))
        return uri

    def add_refusal(self, refusal: errors.Refusal) -> None:
        self.add_error("caller", ValidationError(explain_error(refusal).what))
