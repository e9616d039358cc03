"""Pages for diversions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.forwarding.choices.diversions import DiversionOptions, WantedDiversions
from portal.accounts.forwarding.forms.diversions import DiversionsForm
from portal.accounts.forwarding.services.diversions import (
    diversion_doubts,
    diversion_steps,
    fetch_forwarding,
    forward_all,
    obstacle_to_mobile,
    save_forwarding,
)
from portal.accounts.pages import AccountPage
from portal.core.addresses import safe_redirect
from portal.core.form_views import AskingView, EditView
from portal.core.forms import RecordForm
from portal.core.viewer import Role
from portal.ngnpro.records import SipAccount


class DiversionsEdit(AccountPage, AskingView[WantedDiversions], EditView[WantedDiversions]):
    """Edit where calls are diverted in each case."""

    template_name = "accounts/forwarding/diversions.html"
    title = gettext_lazy("Forwarding")
    button = gettext_lazy("Save forwarding")
    form_class = DiversionsForm
    offered: DiversionOptions | None = None

    def get_record(self) -> WantedDiversions:
        offer_own = self.request.viewer.role is not Role.SUBSCRIBER
        record, self.offered = fetch_forwarding(self.ngnpro, self.line, offer_own=offer_own)
        return record

    def make_form(self, **kwargs: Any) -> RecordForm[WantedDiversions]:
        form = super().make_form(**kwargs)
        assert isinstance(form, DiversionsForm)  # noqa: S101
        form.offer(self.offered or DiversionOptions(SipAccount(id=self.sip_id), known=False))
        return form

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        record, options = context.get("record"), self.offered
        met = diversion_steps(record, options) if record and options else []
        return super().show(status, steps=met, options=options, mobile=record and record.mobile, **context)

    def doubts(self, before: WantedDiversions | None, wanted: WantedDiversions) -> list[str]:
        return diversion_doubts(self.ngnpro, self.offered, wanted) if self.offered else []

    def write(self, before: WantedDiversions | None, wanted: WantedDiversions) -> None:
        if before and self.offered:
            save_forwarding(self.ngnpro, self.request.writes, self.offered, before, wanted)

    def halfway(self, before: WantedDiversions, wanted: WantedDiversions) -> WantedDiversions | None:
        """Return the forwarding with the new timeout and mobile number if the account was stored, else ``None``."""
        now = replace(before, timeout=wanted.timeout, mobile=wanted.mobile)
        return now if self.request.writes.stored else None

    def done(self, record: WantedDiversions) -> HttpResponse:
        messages.success(self.request, _("Forwarding of %(address)s was saved.") % {"address": self.sip_id})
        return HttpResponseRedirect(reverse("accounts:forwarding:diversions", args=[str(self.sip_id)]))


class ForwardAll(AccountPage):
    """Forward all calls to the mobile, or end that (``end``), with one click on any page (``next``)."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        page = reverse("accounts:forwarding:diversions", args=[str(self.sip_id)])
        ends = "end" in request.POST
        if not ends and (obstacle := obstacle_to_mobile(self.line)):
            messages.error(request, obstacle)
            return HttpResponseRedirect(page)
        forward_all(self.ngnpro, self.request.writes, self.line, ends=ends)
        said = _("All calls are forwarded to the mobile now.") if not ends else _("Calls reach the phones again.")
        messages.success(request, said)
        return HttpResponseRedirect(safe_redirect(request, request.POST.get("next", page)))
