"""The form for a new account and its extras: a mailbox, aliases, a telephone number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.choices import NEXT, SERVER, TYPED, Inherited, WantedExtras
from portal.accounts.forms.account import AccountForm
from portal.accounts.voicemail.choices import new_pin
from portal.core.access import may_open, offers, why_only_looking
from portal.core.fields import AddressField, CustomerField, DomainNameField, LinesField, UsernameField, new_password
from portal.core.forms import disable_field
from portal.core.in_words import number_in_groups
from portal.core.viewer import Viewer
from portal.core.zone_fields import TimeZoneField
from portal.enum.fields import NumberField
from portal.ngnpro import errors
from portal.ngnpro.records import EnumId, EnumRange, SipId
from portal.ngnpro.records.accounts import AUTOINCREMENT

MOST_ALIASES = 20
# The extras, and the page that the viewer needs permission for to add them.
BESIDE = {"aliases": "aliases:add"} | dict.fromkeys(("number_range", "number", "caller_id"), "enum:numbers:add")
WEB_PASSWORD_LATER = _(
    "NGNPro chooses the username, and the web password is stored as a hash that depends on it. "
    "Leave this empty, and set the web password on the page Passwords once the account is there."
)
STEPS = {"mailbox", "aliases", "number", "number_range"}


class AccountAddForm(AccountForm):
    """A form for a new account; the username is typed, the next number of the domain, or chosen by NGNPro."""

    fault_fields = {**AccountForm.fault_fields, FaultCode.ALIAS_EXISTS: "username"}
    left_empty = {
        "password": _("If it is empty, a strong one is generated."),
        "web_password": _("For the account's own pages. Left empty, the SIP password is used."),
    }
    sections = (
        (
            "",
            (
                *("domain", "username", "first_name", "last_name", "email", "number_range"),
                *("mailbox", "send_information"),
            ),
        ),
    )
    more = (
        (_("Username"), ("naming",)),
        (_("Owner and language"), ("owner", "timezone", "language")),
        (_("Passwords"), ("password", "web_password")),
        (_("Rights and limits"), ("groups", "prepaid", "quota")),
        (_("Also reached at"), ("number", "caller_id", "aliases")),
    )

    domain = DomainNameField(
        help_text=_("Owner, time zone and language are those of its owner, unless you choose others under More.")
    )
    timezone = TimeZoneField(empty=_("As the owner of the domain"))
    owner = CustomerField(
        label=_("Owner"), help_text=_("The customer whose account this is, by name. Empty for the owner of the domain.")
    )
    naming = forms.ChoiceField(
        label=_("Its username is"),
        required=False,
        initial=TYPED,
        widget=forms.RadioSelect,
        choices=[
            (TYPED, _("typed above")),
            (NEXT, _("the next free extension, starting at the number typed above")),
            (SERVER, _("chosen by NGNPro")),
        ],
    )
    username = UsernameField(required=False)
    aliases = LinesField(
        label=_("Aliases"),
        help_text=_(
            "Other addresses that point here, one per line, at most 20: reception, or reception@other.example."
        ),
    )
    number_range = forms.ChoiceField(label=_("Telephone number"), required=False)
    number = NumberField(
        label=_("This number"), required=False, help_text=_("A number of your choice, as in +31 20 800 51 69.")
    )
    caller_id = forms.BooleanField(
        label=_("Show this number as caller-ID"),
        required=False,
        initial=True,
        help_text=_("Telephones that the account calls then show it."),
    )
    mailbox = forms.BooleanField(
        label=_("Add a mailbox"),
        required=False,
        help_text=_(
            "Calls go there when no phone is online, when it is busy and when nobody answers. Its messages are mailed "
            "to the address above, and its PIN is shown once on the next page."
        ),
    )
    send_information = forms.BooleanField(
        label=_("Send details"),
        required=False,
        initial=True,
        help_text=_(
            "By e-mail, with the SIP password. Where the platform stores it encrypted, this is the only mail that can "
            "have it; the page after saving offers the letter."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ranges: dict[str, EnumRange] = {}
        self.offer_ranges(())
        self.fields["domain"].widget.attrs |= {
            "list": "domains",
            "autocomplete": "off",
            "hx-get": "/domains/suggest/",
            "hx-trigger": "input changed delay:150ms, focus once",
            "hx-target": "#domains",
            "hx-swap": "innerHTML",
        }
        self.order_fields(name for _heading, names in (*self.sections, *self.more) for name in names)

    def inherit(self, found: Inherited) -> None:
        """Show the owner, time zone and language that the account gets from the owner of its domain."""
        self.usual = {"owner": found.owner, "timezone": found.timezone, "language": found.language}
        for name, value in self.usual.items():
            if value and not self.fields[name].disabled:
                self.initial.setdefault(name, value)
        self.initial.setdefault("domain", found.domain)
        self.fields["domain"].help_text = found.in_words

    def offer_ranges(self, ranges: tuple[EnumRange, ...]) -> None:
        """Offer the next free number of each range as a choice."""
        self.ranges = {f"{found.id.prefix}@{found.id.tld}": found for found in ranges}
        field: Any = self.fields["number_range"]
        field.choices = [
            ("", pgettext_lazy("number", "None")),
            *((key, _words(one)) for key, one in self.ranges.items()),
        ]

    def restrict(self, viewer: Viewer) -> None:
        """Disable the extras that the viewer may not add."""
        super().restrict(viewer)
        for name, page in BESIDE.items():
            if not may_open(viewer, page) or why_only_looking(viewer, page):
                disable_field(self.fields[name], _now("Not for you, or not on this NGNPro server."))
        if not offers(viewer, "Voicemail.addAccount"):
            disable_field(self.fields["mailbox"], _now("Not for you, or not on this NGNPro server."))
        if self.fields["caller_id"].disabled:
            self.initial["caller_id"] = False

    def clean_password(self) -> str:
        return self.cleaned_data["password"] or new_password()

    def clean_aliases(self) -> tuple[str, ...]:
        """Check each alias; an alias without a domain gets the account's own."""
        lines: tuple[str, ...] = self.cleaned_data["aliases"]
        if len(lines) > MOST_ALIASES:
            raise ValidationError(_("At most 20 aliases are added at a time."))
        return tuple(dict.fromkeys(_alias(line, self.cleaned_data.get("domain", "")) for line in lines))

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        typed, naming = values.get("username", ""), values.get("naming") or TYPED
        if naming == TYPED and not typed and "username" not in self.errors:
            self.add_error("username", ValidationError(_("Type a username, or let one be chosen.")))
        if naming == NEXT and typed and not (typed.isascii() and typed.isdecimal()):
            self.add_error("username", ValidationError(_("The number to start at consists of digits only.")))
        if naming == SERVER and values.get("web_password"):
            self.add_error("web_password", ValidationError(WEB_PASSWORD_LATER))
        if f"{typed}@{values.get('domain')}" in values.get("aliases", ()):
            self.add_error("aliases", ValidationError(_("An alias cannot have the account's own address.")))
        if values.get("number") and values.get("number_range"):
            self.add_error("number", ValidationError(_("Either type a number or choose a range, not both.")))
        return values

    def record_values(self) -> dict[str, Any]:
        naming = self.cleaned_data["naming"]
        username = AUTOINCREMENT if naming == SERVER else self.cleaned_data["username"]
        identity = SipId(username=username, domain=self.cleaned_data["domain"])
        return {**super().record_values(), "id": identity}

    def wish(self) -> WantedExtras:
        """Return the extras of the account; a typed number gets the ENUM domain of the longest matching range."""
        values = self.cleaned_data
        typed = values.get("number") or ""
        chosen = self._range_of(typed) if typed else self.ranges.get(values.get("number_range") or "")
        return WantedExtras(
            pin=new_pin() if values["mailbox"] else "",
            aliases=tuple(SipId.parse(alias) for alias in values.get("aliases") or ()),
            number=EnumId(number=typed, tld=chosen.id.tld if chosen else "e164.arpa") if typed else None,
            number_range=chosen,
            caller_id=values["caller_id"],
        )

    def _range_of(self, number: str) -> EnumRange | None:
        holding = [one for one in self.ranges.values() if number.startswith(one.id.prefix)]
        return max(holding, key=lambda one: len(one.id.prefix), default=None)

    def field_of(self, refusal: errors.Refusal) -> str:
        """Return the field of a refusal; extras have their own fields, regardless of the fault code."""
        return refusal.field if refusal.field in STEPS else super().field_of(refusal)


def _alias(line: str, domain: str) -> str:
    try:
        return AddressField().clean(line if "@" in line else f"{line}@{domain or 'example.com'}")
    except ValidationError as error:
        raise ValidationError(f"{line}: {' '.join(error.messages)}") from None


def _words(one: EnumRange) -> str:
    words = _now("The next free one of %(range)s…") % {"range": number_in_groups(one.id.prefix)}
    return f"{words} ({one.info})" if one.info else words
