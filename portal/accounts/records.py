"""What every page about one account starts from: the account that the URL names, and the tabs of its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from portal.core.access import may_open, may_see_account
from portal.core.views import RecordView
from portal.ngnpro.records import SipAccount, SipId


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the record page with its own URL: the URL name of its page and its words."""

    page: str
    label: str | Promise


# Sub-rooms add their page here; a tab shows only to those who may open it.
TABS = (Tab("accounts:detail", _("Overview")),)


class AccountMixin(RecordView[SipAccount]):
    """Finds the account that the URL names; a subscriber's is his own, whatever he puts in the URL."""

    @cached_property
    def sip_id(self) -> SipId:
        try:
            identity = SipId.parse(self.kwargs["address"])
        except ValueError:
            raise Http404 from None
        if not may_see_account(self.request.viewer, str(identity)):
            raise Http404
        return identity

    def get_record(self) -> SipAccount:
        return self.ngnpro.sip.get_account(self.sip_id)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return super().show(status, tabs=self.tabs(), **context)

    def tabs(self) -> list[tuple[str, str | Promise, bool]]:
        """List the tabs of the account that the viewer may open: URL, words, and whether it is this page."""
        here = self.request.resolver_match
        current = here.namespace if here else ""
        return [
            (
                reverse(tab.page, kwargs={"address": self.kwargs["address"]}),
                tab.label,
                tab.page.rpartition(":")[0] == current,
            )
            for tab in TABS
            if may_open(self.request.viewer, tab.page)
        ]
