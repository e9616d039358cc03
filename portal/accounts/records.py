"""What every page about one account starts from: the account that the URL names, and the tabs of its record."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from portal.core.access import may_open, may_see_account
from portal.core.views import PortalView, RecordView
from portal.ngnpro.records import SipAccount, SipId


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the record page with its own URL: the URL name of its page and its words."""

    page: str
    label: str | Promise


# A tab shows only to those who may open its page.
TABS = (
    Tab("accounts:detail", _("Overview")),
    Tab("accounts:calls:list", _("Calls")),
    Tab("accounts:devices:list", _("Phones")),
    Tab("accounts:diversions:page", _("Forwarding")),
    Tab("accounts:voicemail:page", _("Voicemail")),
    Tab("accounts:incoming:page", _("Do not disturb")),
    Tab("accounts:barring:page", _("Barring")),
    Tab("accounts:contacts:list", _("Contacts")),
    Tab("accounts:credit:page", _("Credit")),
    Tab("accounts:groups:page", _("Rights")),
    Tab("accounts:acl:page", _("Networks")),
    Tab("accounts:passwords:page", _("Passwords")),
    Tab("accounts:softphone:page", _("Set up a phone")),
)


class AccountPage(PortalView):
    """A page about one account or a part of it; a subscriber's is his own, whatever he puts in the URL."""

    @cached_property
    def sip_id(self) -> SipId:
        try:
            identity = SipId.parse(self.kwargs["address"])
        except ValueError:
            raise Http404 from None
        if not may_see_account(self.request.viewer, str(identity)):
            raise Http404
        return identity

    @cached_property
    def account(self) -> SipAccount:
        """The account itself; ``errors.Missing`` becomes a 404 page."""
        return self.ngnpro.sip.get_account(self.sip_id)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return super().show(status, **{"account": self.known_account(status), "tabs": self.tabs(), **context})

    def known_account(self, status: int) -> SipAccount:
        """Give the account for the page's head; while NGNPro is away (503) its address has to do."""
        if status == HTTPStatus.SERVICE_UNAVAILABLE and "account" not in self.__dict__:
            return SipAccount(id=self.sip_id)
        return self.account

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


class AccountMixin(AccountPage, RecordView[SipAccount]):
    """A page whose record is the account itself."""

    def get_record(self) -> SipAccount:
        return self.account
