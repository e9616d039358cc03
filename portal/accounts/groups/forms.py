"""Forms of the groups room."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.access import why_not_field
from portal.core.forms import CleanForm, dress
from portal.core.viewer import Viewer
from portal.ngnpro.records import SipAccount

from .choices import FOLLOWS, why_not


class GroupForm(CleanForm):
    """One group of an account, given or taken."""

    group = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.-]*$",
        label=_("Another right, by its name"),
        max_length=64,
        help_text=_("Lower-case letters, digits and - _ . up to 64, as this platform knows it."),
        error_messages={"invalid": _("Lower-case letters, digits and - _ . only.")},
    )
    take = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, account: SipAccount, viewer: Viewer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.account, self.viewer = account, viewer
        dress(self)

    def clean_group(self) -> str:
        group: str = self.cleaned_data["group"]
        reason = FOLLOWS.get(group) or why_not_field(self.viewer, f"accounts.groups.{group}")
        if group in self.account.groups:
            reason = why_not(group, self.account, self.viewer)
        if reason:
            raise ValidationError(reason)
        return group
