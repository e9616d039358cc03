"""Forms for barred prefixes, and for checking a number against them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.input_examples import InputKind
from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.accounts.forwarding.choices.barring import BarredPrefix, normal_prefix
from portal.core.fields import LinesField
from portal.core.forms import CleanForm, RecordForm, add_css_classes
from portal.core.input_help import of_kind


class BarringForm(RecordForm[BarredPrefix]):
    """A form for barred prefixes, one per line; every invalid line gets an error."""

    room = "accounts:forwarding"
    record_class = BarredPrefix
    sections = ((_("Barred numbers"), ("prefixes",)),)

    prefixes = of_kind(
        InputKind.PREFIX,
        LinesField(
            label=_("Prefixes"),
            max_length=20_000,
            help_text=_("One per line, with + and country code, as in +49 900. A whole number is a prefix, too."),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefixes"].widget.attrs |= {"rows": 8, "inputmode": "tel"}

    def clean_prefixes(self) -> tuple[str, ...]:
        stored = self.initial.get("prefixes", ())
        found: list[str] = []
        wrong: list[str] = []
        for line in self.cleaned_data["prefixes"]:
            try:
                prefix = line if line in stored else normal_prefix(line)
            except ValidationError as error:
                wrong += error.messages
                continue
            if prefix in found:
                wrong.append(_now("%(prefix)s stands there twice.") % {"prefix": prefix})
            found.append(prefix)
        if wrong:
            raise ValidationError(wrong)
        return tuple(found)


class TryForm(CleanForm):
    """A form for checking whether a number is barred."""

    use_required_attribute = False

    number = forms.CharField(
        label=_("Is this number barred?"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("With + and country code."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)

    def clean_number(self) -> str:
        text = without_separators(self.cleaned_data["number"])
        number = f"+{text[2:]}" if text.startswith("00") else text
        if not (number.startswith("+") and number[1:].isascii() and number[1:].isdecimal()):
            raise ValidationError(_now("Write the number with + and country code, as in +49 900 1234567."))
        return number
