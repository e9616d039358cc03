"""The forms and the list of operators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField, DateInput, EmailField, LinesField
from portal.core.forms import FilterForm, RecordForm, disable_field
from portal.core.markup import markup, page_url
from portal.core.normal_forms import domain_name, ip_network
from portal.core.person_fields import NameField
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment, muted

from .models import FirstSignIn, Operator, OperatorState

RIGHTS = ("may_change", "may_see_passwords", "may_see_calls", "tree", "ports", "domains")
SIGN_IN = ("networks", "expires_on", "must_have_second_factor", "is_active")
MOST_LINES = 100
PORTS = (
    ("Sip", _("SIP: domains, accounts, aliases, calls, peers and routing")),
    ("Voicemail", _("Mailboxes")),
    ("Enum", _("Numbers and their ranges")),
    ("Dns", _("DNS zones, records and redirects")),
    ("Customer", _("Customers and resellers")),
    ("Rating", _("Rating profiles")),
    ("Network", _("Network status")),
    ("Presence", _("Presence")),
    ("Platform", _("SIP proxies and phones that are online")),
    ("Watch", _("Alarms and the search for calls")),
)


class OperatorForm(RecordForm[OperatorState]):
    """An operator's name, address and permissions."""

    room = "people:operators"
    record_class = OperatorState
    sections = (
        (_("Person"), ("username", "name", "email")),
        (_("Permissions"), RIGHTS),
        (_("Where and how long they may sign in"), SIGN_IN),
        (_("First sign-in"), ("way",)),
    )

    name = NameField(
        label=_("Name"), max_length=128, required=False, help_text=_("As others see it, also in the journal.")
    )
    email = EmailField(label=_("E-mail"), required=False, help_text=_("Where links for a new password are sent."))
    may_change = forms.BooleanField(
        label=_("May change records"),
        required=False,
        initial=True,
        help_text=_("Without this permission, access is read-only."),
    )
    may_see_passwords = forms.BooleanField(
        label=_("May see passwords"),
        required=False,
        initial=True,
        help_text=_("Passwords that NGNPro returns in clear text, and mails with passwords."),
    )
    may_see_calls = forms.BooleanField(
        label=_("May see call data"),
        required=False,
        initial=True,
        help_text=_("Caller, called number, time and length of each call."),
    )
    tree = CustomerField(
        label=_("Limited to one reseller"),
        help_text=_("They then see only this reseller and everything that belongs to it. Empty: the whole platform."),
    )

    ports = forms.MultipleChoiceField(
        label=_("Only these parts"),
        choices=PORTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all. Pages of other parts are not offered, and nothing is read or changed there."),
    )
    domains = LinesField(
        label=_("Only these SIP domains"),
        help_text=_(
            "One per line; empty for all. They then see only these domains with their accounts, aliases, calls and "
            "mailboxes, and no customers, numbers, DNS zones, routes and traces. Templates of mails are closed to them."
        ),
    )
    networks = LinesField(
        label=_("Only from these networks"),
        help_text=_("One network or address per line, IPv4 or IPv6. Empty for everywhere."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput,
        help_text=_("After this day they are signed out and cannot sign in. Empty for no end."),
    )
    must_have_second_factor = forms.BooleanField(
        label=_("Must have a second factor"),
        required=False,
        help_text=_("Without one, they see only the page to set it up, from the next page that they open."),
    )

    @classmethod
    def initial_from(cls, record: OperatorState) -> dict[str, Any]:
        lines = {name: getattr(record, name).split() for name in ("ports", "domains", "networks")}
        return {**super().initial_from(record), **lines}

    def clean_ports(self) -> str:
        return "\n".join(port for port, _label in PORTS if port in self.cleaned_data["ports"])

    def clean_domains(self) -> str:
        return _lines_of(self.cleaned_data["domains"], domain_name)

    def clean_networks(self) -> str:
        return _lines_of(self.cleaned_data["networks"], lambda line: str(ip_network(line)))


def _lines_of(lines: Iterable[str], normal: Callable[[str], str]) -> str:
    """Return lines in their normal form and each once; raises ``ValidationError`` with the number of a wrong line."""
    found: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        try:
            found[normal(line)] = None
        except forms.ValidationError as error:
            words = {"number": number, "problem": error.messages[0]}
            raise forms.ValidationError(gettext("Line %(number)s: %(problem)s") % words) from None
    if len(found) > MOST_LINES:
        raise forms.ValidationError(gettext("At most %(most)s lines.") % {"most": MOST_LINES})
    return "\n".join(found)


class WayForm(forms.Form):
    """The choice how an operator signs in for the first time, or after they lost their password."""

    way = forms.ChoiceField(
        label=_("How they sign in"), choices=FirstSignIn, initial=FirstSignIn.PASSWORD, widget=forms.RadioSelect
    )


class OperatorAddForm(OperatorForm, WayForm):
    """A new operator."""

    username = forms.CharField(label=_("Name to sign in with"), max_length=64, validators=[UnicodeUsernameValidator()])

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].lower()
        if Operator.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("An operator with this name already exists."))
        if "@" in username:
            raise forms.ValidationError(
                _("The name must not contain @: it would be taken for a SIP address at sign-in.")
            )
        return username

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("way") == FirstSignIn.MAIL and not typed.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter the e-mail address to which the link is sent."))
        return typed


class OperatorEditForm(OperatorForm):
    """An existing operator, whose name to sign in with cannot be changed."""

    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_("Without it, they are signed out at once. Their name stays in the journal."),
    )

    def close_own(self) -> None:
        """Disable the fields that operators cannot change for themselves."""
        disable_field(self.fields["email"], _("Change it on the page “Your account”, which asks for your password."))
        for name in (*RIGHTS, *SIGN_IN):
            disable_field(self.fields[name], _("Only another operator can change this for you."))


class OperatorFilterForm(FilterForm[str]):
    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=128)

    def to_filter(self) -> str:
        return str(self.cleaned_data["q"].strip())


class OperatorTable(Table[Operator]):
    caption = _("Operators")
    default_sort = "username"
    columns = (
        Column("username", _("Operator"), sort="username"),
        Column("email", _("E-mail"), sort="email", css="keep"),
        Column("rights", _("Permissions")),
        Column("second_factor", _("Second factor")),
        Column("is_active", _("Can sign in"), sort="is_active"),
        Column("last_login", _("Last sign-in"), sort="last_login", css="num muted card-skip"),
    )

    def cell_username(self, record: Operator) -> SafeString:
        page = link(page_url("people:operators:edit", record.pk), record.username, css="addr")
        return markup('{}<span class="sub">{}</span>', page, record.name) if record.name else page

    def cell_email(self, record: Operator) -> str | SafeString:
        return record.email or muted(pgettext("e-mail address", "None"))

    def cell_rights(self, record: Operator) -> str | SafeString:
        lacks = [words for has, words in _switches(record) if not has]
        lacks += [
            gettext("only %(what)s") % {"what": ", ".join(kept.split())}
            for kept in (record.ports, record.domains)
            if kept
        ]
        limited = [gettext("only %(reseller)s") % {"reseller": self.names.show(record.tree)}] if record.tree else []
        return ", ".join([*limited, *lacks]) if limited or lacks else gettext("All permissions")

    def cell_second_factor(self, record: Operator) -> SafeString:
        return (
            lamp("on", gettext("Set up")) if record.has_second_factor() else lamp("", pgettext("second factor", "None"))
        )

    def cell_is_active(self, record: Operator) -> SafeString:
        if record.is_active and record.has_expired:
            return lamp("bad", gettext("Expired"))
        return lamp("on", gettext("Yes")) if record.is_active else lamp("bad", gettext("Disabled"))

    def cell_last_login(self, record: Operator) -> SafeString:
        return moment(record.last_login) if record.last_login else muted(gettext("Never"))


def _switches(record: Operator) -> tuple[tuple[bool, str], ...]:
    return (
        (record.may_change, gettext("read-only")),
        (record.may_see_passwords, gettext("no passwords")),
        (record.may_see_calls, gettext("no call data")),
    )
