"""What a program sends to register a person, by the names of CDRTool's page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.fields import EmailField
from portal.core.forms import CleanForm
from portal.core.passwords import check_field
from portal.mail.text.wording import LANGUAGES

from .offers import EnrolmentOffer

USERNAME = re.compile(r"[1-9a-z][0-9a-z_.-]{2,64}[0-9a-z]")
PHONE = re.compile(r"\+[1-9][0-9]{4,14}")


class EnrolmentForm(CleanForm):
    """The person, the username and the password; ``domain`` is needed only if the operator offers several."""

    email = EmailField()
    password = forms.CharField(max_length=255, strip=False)
    display_name = forms.CharField(max_length=128)
    username = forms.CharField(max_length=66)
    phoneNumber = forms.CharField(max_length=40, required=False)  # noqa: N815 - the name on the wire
    tzinfo = forms.CharField(max_length=64, required=False)
    lang = forms.CharField(max_length=8, required=False)
    domain = forms.CharField(max_length=255, required=False)

    def __init__(self, data: QueryDict | Mapping[str, Any], offers: Mapping[str, EnrolmentOffer]) -> None:
        super().__init__(data)
        self.offers = offers

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].strip().lower()
        if not USERNAME.fullmatch(username):
            raise ValidationError(
                _(
                    "The username must contain at least 4 lowercase letters, digits, . _ or - and must start and end "
                    "with a positive digit or letter."
                )
            )
        return username

    def clean_phoneNumber(self) -> str:  # noqa: N802 - the name of the field
        """Return the number with +; empty if it is no international number, as CDRTool ignores it then."""
        typed = "".join(letter for letter in self.cleaned_data["phoneNumber"] if letter.isdecimal() or letter == "+")
        number = f"+{typed[2:]}" if typed.startswith("00") else typed
        return number if PHONE.fullmatch(number) else ""

    def clean_tzinfo(self) -> str:
        zone: str = self.cleaned_data["tzinfo"].strip()
        return zone if zone in available_timezones() else ""

    def clean_lang(self) -> str:
        language: str = self.cleaned_data["lang"].strip().lower()
        return language if language in LANGUAGES else ""

    def clean_domain(self) -> str:
        domain: str = self.cleaned_data["domain"].strip().lower() or next(iter(self.offers))
        if domain not in self.offers:
            raise ValidationError(_("Nobody can register in this domain."))
        return domain

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        known = (values.get(name, "") for name in ("username", "display_name", "email", "domain"))
        check_field(self, "password", PasswordKind.SIP, [text for text in known if text])
        return values

    @property
    def offer(self) -> EnrolmentOffer:
        return self.offers[self.cleaned_data["domain"]]

    def first_error(self) -> str:
        """Return what is wrong, beginning with the name of the field."""
        name, found = next(iter(self.errors.items()))
        return f"{name}: {' '.join(map(str, found))}"
