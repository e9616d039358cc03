"""Form fields of the routing rooms: prefixes, hosts, text put before a number, carriers and gateways by name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, without_separators
from portal.core.fields import DOMAIN_LENGTH, NamedField, customer_text, domain_name

FEW = 60
PREFIX = re.compile(r"00(?:[1-9][0-9]{0,14})?")
PREPEND = re.compile(r"[0-9+*#A-Za-z.;=-]{0,32}")
LONGEST = 64
MOST_PRIORITY = 2_147_483_647
ANY = _("Any")
TRANSPORTS = (("udp", "UDP"), ("tcp", "TCP"), ("tls", "TLS"))


class PrefixField(forms.CharField):
    """The beginning of numbers as the routing writes them: 00 and E.164 digits (contract: PSTN routing).

    +49 is understood as well, and what people write between digits is taken out; empty stands for all numbers.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Numbers that begin with"), "required": False, "max_length": 40, **kwargs})
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        text = tidy(super().clean(value))
        if text and not PREFIX.fullmatch(text):
            raise ValidationError(_("Write 00 and the country code, as in 0049 or +49; up to 15 digits after 00."))
        return text


def tidy(text: str) -> str:
    """Take out what people write between digits, and write the + of a number as 00."""
    return re.sub(r"^\+", "00", without_separators(text))


def normalise(dialled: str, country: str = "") -> str:
    """Write a number as 00 and E.164 digits.

    ``country`` is the country code that a national number, one with a single 0 in front, is completed with.
    ``ValueError`` says in words why it cannot be.
    """
    digits = tidy(dialled)
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


class HostField(forms.CharField):
    """An IPv4 or IPv6 address, or a host name; lower-case, addresses in their short form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": DOMAIN_LENGTH, **kwargs})
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip()
        try:
            return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
        except ValueError:
            if re.fullmatch(r"[0-9.]+", text) or ":" in text:
                raise ValidationError(_("This is not an IP address. The port has a field of its own.")) from None
            return domain_name(text) if text else ""


class PrependField(forms.CharField):
    """What is put before a number: digits, letters and + * # . ; = -, up to 32."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip()
        if not PREPEND.fullmatch(text):
            raise ValidationError(_("Up to 32 digits, letters and + * # . ; = - can be put before a number."))
        return text


class PickField(NamedField):
    """A record of the routing by name: a choice while there are few of them, else typed with suggestions.

    ``nothing``: the words for an empty choice.
    """

    def __init__(self, *, nothing: str | Promise = ANY, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.nothing = nothing

    def offer(self, names: Mapping[int, str], list_id: str) -> None:
        """Give the records to choose from, and the id of the ``datalist`` that suggests them."""
        super().offer(names, list_id)
        if not 0 < len(names) <= FEW:
            return
        css = self.widget.attrs.get("class", "").replace("form-control", "form-select")
        options = [(text, text) for text in (customer_text(number, name) for number, name in names.items())]
        nothing = _("Choose one") if self.required else self.nothing
        self.widget = forms.Select(attrs={"class": css} if css else {}, choices=[("", nothing), *options])
        self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)
        return super().prepare_value(value)


class CarrierField(PickField):
    """A carrier by name."""

    unknown = _("No carrier has this name. Pick one from the list, or type the carrier's number.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Carrier"), **kwargs})


class GatewayField(PickField):
    """A gateway by name."""

    unknown = _("No gateway has this name. Pick one from the list, or type the gateway's number.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Gateway"), **kwargs})
