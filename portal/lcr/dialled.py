"""What a person or a phone dials: a number in any notation, a short number, a name, or a SIP or ``tel:`` address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.core.forms import add_css_classes
from portal.lcr.fields import refuse_ported
from portal.ngnpro.records import SipAccount

_SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9*#]+")
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^\s:;?>]*)(?::(?P<port>[0-9]{1,5}))?")
# what the SIP proxy takes for a number of the telephone network (examples/platform/kamailio.cfg)
_TELEPHONE = re.compile(r"(?:\+|00)[1-9][0-9]+|0[1-9][0-9]+")


@dataclass(frozen=True, slots=True)
class Dialled:
    """The user part and the domain that a phone calls, in lower case, and a port if one is given."""

    user: str
    domain: str
    port: str = ""

    @property
    def is_telephone_number(self) -> bool:
        """Return whether it is a number of the telephone network: international, or national with a 0 in front."""
        return bool(_TELEPHONE.fullmatch(self.user))

    @property
    def is_short_number(self) -> bool:
        """Return whether it consists of digits, but is no number of the telephone network, as 112 and 7042."""
        return bool(_NUMBER.fullmatch(self.user)) and not self.is_telephone_number

    @property
    def uri(self) -> str:
        """The request URI of a call that leaves the platform."""
        return f"sip:{self}:{self.port}" if self.port else f"sip:{self}"

    def __str__(self) -> str:
        return f"{self.user}@{self.domain}"


def read_dialled(typed: str, domain: str) -> Dialled:
    """Return what a phone calls if this is dialled; without a domain, that of the caller.

    Raises ``ValueError`` with an explanation that can be shown.
    """
    refuse_ported(typed)
    scheme = _SCHEME.match(typed.strip())
    text = _SCHEME.sub("", typed.strip(), count=1)
    user, at, host = text.rpartition("@")
    if not at or (scheme and scheme[1].lower() == "tel"):
        user, host = text, domain
    # parameters such as ;ext=7 and ;user=phone do not decide where the call goes
    user, address = user.partition(";")[0], _HOST.match(host)
    host, port = (address["host"], address["port"] or "") if address else ("", "")
    number = without_separators(user)
    user = number if _NUMBER.fullmatch(number) else user.strip()
    if not user or not host or re.search(r"\s", user + host):
        raise ValueError(_("Write a number, as in 0044 20 7946 0140, or an address, as in reception@example.com."))
    return Dialled(user.lower(), host.lower(), port)


def international_number(user: str, country: str) -> str:
    """Return a number of the telephone network as 00 and E.164 digits, as the SIP proxy writes it.

    ``country`` is the country code of a number with a single 0 in front. Raises ``ValueError`` with an explanation.
    """
    if user.startswith("+"):
        return f"00{user[1:]}"
    if user.startswith("00"):
        return user
    if country:
        return f"00{country}{user[1:]}"
    raise ValueError(_("Dial it with + or 00 and the country code, or say from which country it is called."))


def country_code_of(account: SipAccount) -> str:
    """Return the country code of an account's own number: its caller ID or its username; empty if it has none."""
    for text in (account.rpid, account.id.username):
        try:
            number = phonenumbers.parse(f"+{text.lstrip('+0')}")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return str(number.country_code)
    return ""


class DialledForm(forms.Form):
    """A call: what is dialled, and the country for a number with a single 0 in front."""

    use_required_attribute = False

    number = forms.CharField(label=gettext_lazy("Dialled"), max_length=320)
    country = forms.RegexField(
        r"^\+?[1-9][0-9]{0,2}$", label=gettext_lazy("From country"), required=False, max_length=4
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        self.fields["country"].widget.attrs |= {"placeholder": "+31", "inputmode": "tel"}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).removeprefix("+")
