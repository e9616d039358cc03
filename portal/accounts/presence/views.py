"""The page of an account's presence."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.pages import AccountPage
from portal.accounts.status import fetch_or_unknown
from portal.core.form_views import EditView
from portal.ngnpro.records import PresenceInformation

from .forms import PresenceForm
from .services import presence_of, store_presence

STATES = {
    "active": gettext_lazy("sees it"),
    "pending": gettext_lazy("waits for an answer"),
    "waiting": gettext_lazy("gave up waiting"),
    "terminated": gettext_lazy("does not see it any more"),
}


class PresenceEdit(AccountPage, EditView[PresenceInformation]):
    """Show what others see of an account, who wants to see it and who may, and set the first."""

    template_name = "accounts/presence/edit.html"
    title = gettext_lazy("Presence")
    button = gettext_lazy("Save presence")
    form_class = PresenceForm

    def get_record(self) -> PresenceInformation:
        return presence_of(self.ngnpro, self.account)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return super().show(status, **context)
        key = self.account.id, self.account.password
        watchers = fetch_or_unknown(partial(self.ngnpro.presence.get_watchers, *key))
        policy = fetch_or_unknown(partial(self.ngnpro.presence.get_policy, *key))
        listed = watchers if isinstance(watchers, tuple) else ()
        seen = [(one.address, STATES.get(one.status, one.status)) for one in listed]
        more = {"watchers": watchers, "seen": seen, "policy": getattr(policy, "extra", {}).items()}
        return super().show(status, **more, **context)

    def of_whom(self) -> dict[str, Any]:
        return {"about": ("account", str(self.sip_id)), "part": "presence"}

    def submit(self, record: PresenceInformation) -> None:
        store_presence(self.ngnpro, str(self.account.id), record)

    def done(self, record: PresenceInformation) -> HttpResponse:
        messages.success(self.request, _("The presence of %(address)s was saved.") % {"address": self.sip_id})
        return HttpResponseRedirect(self.request.path)
