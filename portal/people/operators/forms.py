"""The forms and the list of operators."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField
from portal.core.forms import FilterForm, layout_helper
from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment, muted

from .models import FirstSignIn, Operator

RIGHTS = ("may_change", "may_see_passwords", "may_see_calls", "tree", "is_active")


class OperatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """An operator's name, address and permissions. Operators cannot change their own permissions."""

    tree = CustomerField(
        label=_("Limited to one reseller"),
        help_text=_("They then see only this reseller and everything that belongs to it. Empty: the whole platform."),
    )
    sections = (
        (_("Person"), ("username", "name", "email")),
        (_("Permissions"), RIGHTS),
        (_("First sign-in"), ("way",)),
    )

    class Meta:
        model = Operator
        fields = ("username", "name", "email", "may_change", "may_see_passwords", "may_see_calls", "tree")
        help_texts = {
            "name": _("As others see it, also in the journal."),
            "email": _("Where links for a new password are sent."),
            "may_change": _("Without this permission, access is read-only."),
            "may_see_passwords": _("Passwords that NGNPro returns in clear text, and mails with passwords."),
            "may_see_calls": _("Caller, called number, time and length of each call."),
        }

    def __init__(self, *args: Any, is_oneself: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_oneself and "email" in self.fields:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("Change it on the page “Your account”, which asks for your password.")
        for name in RIGHTS if is_oneself else ():
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Only another operator can change this for you.")

    @property
    def helper(self) -> FormHelper:
        present = ((heading, [name for name in names if name in self.fields]) for heading, names in self.sections)
        return layout_helper(self, *(Fieldset(str(heading), *names) for heading, names in present if names))


class WayForm(forms.Form):
    """The choice how an operator signs in for the first time, or after they lost their password."""

    way = forms.ChoiceField(
        label=_("How they sign in"), choices=FirstSignIn, initial=FirstSignIn.PASSWORD, widget=forms.RadioSelect
    )


class OperatorAddForm(OperatorForm):
    """A new operator."""

    way = forms.ChoiceField(
        label=_("How they sign in"), choices=FirstSignIn, initial=FirstSignIn.PASSWORD, widget=forms.RadioSelect
    )

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

    class Meta(OperatorForm.Meta):
        fields = (*OperatorForm.Meta.fields[1:], "is_active")
        help_texts = {
            **OperatorForm.Meta.help_texts,
            "is_active": _("Without it, they are signed out at once. Their name stays in the journal."),
        }


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
        return record.email or muted(gettext("None"))

    def cell_rights(self, record: Operator) -> str | SafeString:
        lacks = [words for has, words in _switches(record) if not has]
        limited = [gettext("only %(reseller)s") % {"reseller": self.names.show(record.tree)}] if record.tree else []
        return ", ".join([*limited, *lacks]) if limited or lacks else gettext("All permissions")

    def cell_second_factor(self, record: Operator) -> SafeString:
        return lamp("on", gettext("Set up")) if record.has_second_factor() else lamp("", gettext("None"))

    def cell_is_active(self, record: Operator) -> SafeString:
        return lamp("on", gettext("Yes")) if record.is_active else lamp("bad", gettext("Disabled"))

    def cell_last_login(self, record: Operator) -> SafeString:
        return moment(record.last_login) if record.last_login else muted(gettext("Never"))


def _switches(record: Operator) -> tuple[tuple[bool, str], ...]:
    return (
        (record.may_change, gettext("read-only")),
        (record.may_see_passwords, gettext("no passwords")),
        (record.may_see_calls, gettext("no call data")),
    )
