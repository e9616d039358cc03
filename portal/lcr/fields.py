"""Form fields of the routing (prefixes, hosts, carriers and gateways by name), and the names that they offer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.input_examples import InputKind
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, without_separators
from portal.core.fields import DOMAIN_LENGTH, NamedField
from portal.core.forms import FilterForm
from portal.core.normal_forms import host_name
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.records import Carrier, Gateway

FEW = 60
PREFIX = re.compile(r"00(?:[1-9][0-9]{0,14})?")
# signs of patterns, which other systems take in prefixes
PATTERN_SIGN = re.compile(r"[*?^$|%\\\[\]{}_!]|(?<=[0-9])[Xx]+$")
# numbers of services and emergency calls, which have no country code: 112, 911, 116117
SHORT_CODE = re.compile(r"[1-9][0-9]{1,5}")
_PORTED = re.compile(r";\s*(?:npdi|rn)\b", re.IGNORECASE)
PREPEND = re.compile(r"[0-9+*#A-Za-z.;=-]{0,32}")
LONGEST = 64
MOST_PRIORITY = 2_147_483_647
MOST_NAMES = 1000
ANY = _("Any")
TRANSPORTS = (("udp", "UDP"), ("tcp", "TCP"), ("tls", "TLS"))


class PrefixField(forms.CharField):
    """The first digits of numbers: 00 and E.164 digits (contract: PSTN routing); empty stands for all numbers.

    A number that begins with + is accepted as well, and separators between digits are removed.
    """

    def __init__(self, **kwargs: Any) -> None:
        defaults = {
            "label": _("Numbers that begin with"),
            "required": False,
            "max_length": 40,
            "help_text": _("00 and the country code, as in 0049 or +49; empty for all numbers."),
        }
        super().__init__(**{**defaults, **kwargs})
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        if found := PATTERN_SIGN.search(typed):
            raise ValidationError(
                _("A prefix is digits alone, without the sign %(sign)s: it takes all numbers that begin with them.")
                % {"sign": found[0]}
            )
        text = remove_separators(typed)
        if SHORT_CODE.fullmatch(text):
            raise ValidationError(short_code_words(text))
        if text and not PREFIX.fullmatch(text):
            raise ValidationError(_("Write 00 and the country code, as in 0049 or +49; up to 15 digits after 00."))
        return text


def remove_separators(text: str) -> str:
    """Return a number without spaces, dots, brackets, hyphens and slashes, and with 00 for a + in front."""
    return re.sub(r"^\+", "00", without_separators(text))


def normalise_number(dialled: str, country: str = "") -> str:
    """Return a number as 00 and E.164 digits.

    ``country`` is the country code that is put before a national number, which has a single 0 in front. Raises
    ``ValueError`` with an explanation that can be shown.
    """
    refuse_ported(dialled)
    digits = remove_separators(dialled)
    if SHORT_CODE.fullmatch(digits):
        raise ValueError(short_code_words(digits))
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(gettext("A number is made of digits, as in 0049 30 901820 or +49 30 901820."))
    if not digits.startswith("00"):
        if not (digits.startswith("0") and country):
            raise ValueError(
                gettext("Dial it with + or 00 and the country code, or say from which country it is called.")
            )
        digits = f"00{country}{digits[1:]}"
    if not 3 <= len(digits) <= MOST_DIGITS + 2 or digits[2] == "0":
        raise ValueError(gettext("After 00 come up to 15 digits that begin with a country code."))
    return digits


def short_code_words(code: str) -> str:
    """Return what a person is told who types a short code where an international number is expected."""
    text = gettext(
        "%(code)s is a short code, such as that of an emergency service: it has no country code and no route."
    )
    return text % {"code": code}


def refuse_ported(dialled: str) -> None:
    """Raise ``ValueError`` for a number with the parameters of number portability (RFC 4694)."""
    if _PORTED.search(dialled):
        raise ValueError(
            gettext(
                "Leave out npdi and rn: they say that the number was ported, and routes are chosen by the number alone."
            )
        )


class HostField(forms.CharField):
    """An IPv4 or IPv6 address or a host name, in lower case; addresses in their short form."""

    input_kind = InputKind.HOST

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": DOMAIN_LENGTH, **kwargs})
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return host_name(text) if text else ""


class PrependField(forms.CharField):
    """The text that is added in front of a number: up to 32 digits, letters and + * # . ; = -."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Add in front"), required=False, help_text=_("Then this is added in front, as in + or 1010.")
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip()
        if not PREPEND.fullmatch(text):
            raise ValidationError(_("Up to 32 digits, letters and + * # . ; = - can be added in front of a number."))
        return text


class DigitsField(forms.IntegerField):
    """A number of digits of a telephone number; 0 if it is empty."""

    def __init__(self, label: Any, help_text: Any) -> None:
        super().__init__(label=label, help_text=help_text, initial=0, min_value=0, max_value=LONGEST, required=False)

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0


class StripField(DigitsField):
    """How many digits a gateway rule removes from the front of a number."""

    def __init__(self) -> None:
        super().__init__(_("Digits to remove"), _("How many digits are removed from the front; 2 removes 00."))


class LengthField(DigitsField):
    """The length of the shortest or longest number that a gateway rule is for."""

    def __init__(self, label: Any) -> None:
        super().__init__(label, _("Digits, counted with 00; 0 for any."))


def check_lengths(form: forms.BaseForm, values: Mapping[str, Any]) -> None:
    """Add an error if the longest number of a form (``max_length``) is shorter than the shortest."""
    if 0 < values.get("max_length", 0) < values.get("min_length", 0):
        form.add_error("max_length", _("The longest number cannot be shorter than the shortest; 0 stands for any."))


class PickField(NamedField):
    """A record of the routing by name: a choice if there are few of them, else a text field with suggestions.

    ``nothing`` is the label of the empty choice.
    """

    def __init__(self, *, nothing: str | Promise = ANY, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.nothing = nothing

    def offer(self, names: Mapping[int, str], list_id: str) -> None:
        """Set the records to choose from, and the id of the ``datalist`` that suggests them."""
        super().offer(names, list_id)
        if not 0 < len(names) <= FEW:
            return
        css = self.widget.attrs.get("class", "").replace("form-control", "form-select")
        options = [(text, text) for text in self.texts.values()]
        nothing = _("Choose one") if self.required else self.nothing
        self.widget = forms.Select(attrs={"class": css} if css else {}, choices=[("", nothing), *options])
        self.widget.is_required = self.required


class CarrierField(PickField):
    """A carrier by name."""

    unknown = _("No carrier has this name. Choose one from the list, or type the carrier's number.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Carrier"), **kwargs})


class GatewayField(PickField):
    """A gateway by name."""

    unknown = _("No gateway has this name. Choose one from the list, or type the gateway's number.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Gateway"), **kwargs})


class RoutingFilterForm(FilterForm[Any]):
    """A filter form whose carrier and gateway are chosen by name."""

    def describe(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, PickField):
            return field.names.get(value) or str(value)
        return super().describe(name, value)


class RoutingNames:
    """The first thousand carriers and gateways by number, each fetched when a form first needs them.

    ``outage`` is the reason why there are none: while NGNPro does not answer, a form is still shown with what was
    typed. ``datalists`` holds the suggestions for text fields, by the id of the ``datalist``.
    """

    def __init__(self, ngnpro: Ngnpro) -> None:
        self.ngnpro = ngnpro
        self.outage: errors.Outage | None = None
        self.datalists: dict[str, list[str]] = {}

    @cached_property
    def carriers(self) -> dict[int, Carrier]:
        return self._fetch_first(self.ngnpro.sip.get_carriers)

    @cached_property
    def gateways(self) -> dict[int, Gateway]:
        return self._fetch_first(self.ngnpro.sip.get_gateways)

    def _fetch_first(self, fetch: Callable[[Query[Any]], RecordPage[Any]]) -> dict[int, Any]:
        try:
            return {record.id: record for record in fetch(Query(order_by=OrderBy("name"), range=Range(0, MOST_NAMES)))}
        except errors.Outage as outage:
            self.outage = outage
            return {}

    def offer_to(self, form: forms.BaseForm) -> None:
        """Set the choices or suggestions of the form's carrier and gateway fields."""
        for field in form.fields.values():
            if isinstance(field, CarrierField):
                self._offer(field, "carriers", {one.id: one.name for one in self.carriers.values()})
            elif isinstance(field, GatewayField):
                names = {one.id: f"{one.name} ({one.carrier})" for one in self.gateways.values()}
                self._offer(field, "gateways", names)

    def _offer(self, field: PickField, list_id: str, names: dict[int, str]) -> None:
        field.offer(names, list_id)
        if "list" in field.widget.attrs:
            self.datalists[list_id] = list(field.texts.values())
