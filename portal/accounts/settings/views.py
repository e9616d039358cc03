"""The user's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.records import AccountMixin
from portal.core.forms import RecordForm
from portal.core.viewer import Role
from portal.ngnpro.records import SipAccount
from portal.people.confirmation import ConfirmedEdit

from .forms import OwnSettingsForm


class OwnSettings(AccountMixin, ConfirmedEdit[SipAccount]):
    """What the user may change of his account; the rest of it is not on the form, and cannot be sent."""

    template_name = "accounts/settings/page.html"
    title = gettext_lazy("Your settings")
    button = gettext_lazy("Save")
    form_class = OwnSettingsForm
    guarded = ("email",)

    def is_guarded(self) -> bool:
        return bool(self.request.viewer.role is Role.SUBSCRIBER)

    def make_form(self, **kwargs: Any) -> RecordForm[SipAccount]:
        form = super().make_form(**kwargs)
        if not self.sip_id.username.isdigit():
            del form.fields["quickdial_prefix"]
        return form

    def submit(self, record: SipAccount) -> SipAccount | None:
        return self.ngnpro.sip.update_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        messages.success(self.request, _("Your settings were saved."))
        return HttpResponseRedirect(reverse("accounts:settings:page", args=[str(record.id)]))
