"""Base classes of the pages about one account: fetch the account in the URL, and build its tabs."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import tzinfo
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from portal.core.access import may_open, may_see_account
from portal.core.currency import currency_of
from portal.core.markup import page_url
from portal.core.navigation import main_page_of
from portal.core.views import PortalView, RecordView
from portal.core.writes import State, Write
from portal.ngnpro.records import SipAccount, SipId

TRUNK = "trunking"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the account page: the URL name of its page and its label.

    ``for_trunks``: shown for telephone systems, too (contract: groups, trunking).
    """

    page: str
    label: str | Promise
    for_trunks: bool = True


# A tab is shown only to viewers who may open its page.
TABS = (
    Tab("accounts:detail", _("Overview")),
    Tab("accounts:calls:list", _("Calls")),
    Tab("accounts:phones:list", _("Phones")),
    Tab("accounts:forwarding:diversions", _("Forwarding"), for_trunks=False),
    Tab("accounts:voicemail:page", _("Voicemail")),
    Tab("accounts:forwarding:incoming", _("Do not disturb"), for_trunks=False),
    Tab("accounts:forwarding:barring", _("Barring")),
    Tab("accounts:contacts:list", _("Contacts")),
    Tab("accounts:calls:credit", _("Credit")),
    Tab("accounts:groups", _("Rights")),
    Tab("accounts:acl", _("Networks")),
    Tab("accounts:calling:try", _("Try a call")),
    Tab("accounts:phones:passwords", _("Passwords")),
    Tab("accounts:phones:set-up", _("Set up a phone")),
)


def file_name(sip_id: SipId) -> str:
    """Return an address in a form that is safe in a file name."""
    return re.sub(r"[^A-Za-z0-9@.+-]", "_", str(sip_id))


class HandledByTrunk(Http404):
    """The page is about something that the telephone system behind the account handles itself."""


class AccountPage(PortalView):
    """A base class for pages about one account; subscribers can open only their own (404 otherwise)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request; a page that does not apply to a telephone system says so when it is opened."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except HandledByTrunk:
            if request.method != "GET":
                raise
            shown = {"view": self, "account": self.account, "tabs": self.tabs(self.account)}
            return render(request, "accounts/trunk.html", shown)

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
        """Fetch the account once; ``errors.Missing`` becomes a 404 page."""
        return self.ngnpro.sip.get_account(self.sip_id)

    @cached_property
    def zone(self) -> tzinfo:
        """Return the account's time zone; the portal's default if it is unknown."""
        try:
            return ZoneInfo(self.account.timezone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return timezone.get_default_timezone()

    @cached_property
    def currency(self) -> str:
        """Return the currency of the account's reseller; empty if unknown."""
        return currency_of(self.request.viewer.engine, self.account.reseller)

    @property
    def line(self) -> SipAccount:
        """Return the account. Raises ``HandledByTrunk`` for a telephone system, which has such settings itself."""
        if TRUNK in self.account.groups:
            raise HandledByTrunk
        return self.account

    def change(self, part: str, before: State, after: State) -> AbstractContextManager[Write]:
        """Announce a change of a part of the account that has no record key, such as ``"diversions"``."""
        return self.request.writes.change(before, after, about=("account", str(self.sip_id)), part=part)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        account = self.known_account(status)
        return super().show(status, **{"account": account, "tabs": self.tabs(account), **context})

    def known_account(self, status: int) -> SipAccount:
        """Return the account for the page header; if NGNPro is unavailable (503), one with the address only."""
        if status == HTTPStatus.SERVICE_UNAVAILABLE and "account" not in self.__dict__:
            return SipAccount(id=self.sip_id)
        return self.account

    def tabs(self, account: SipAccount) -> list[tuple[str, str | Promise, bool]]:
        """Return the tabs that the viewer may open: URL, label, and whether it is the current page."""
        here = self.request.resolver_match
        offered = [
            tab
            for tab in TABS
            if may_open(self.request.viewer, tab.page) and (tab.for_trunks or TRUNK not in account.groups)
        ]
        current = main_page_of(here.view_name if here else "", [tab.page for tab in offered])
        return [(page_url(tab.page, self.kwargs["address"]), tab.label, tab.page == current) for tab in offered]


class LocalPage(AccountPage):
    """A page whose times are shown in the account's time zone."""

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        if status == HTTPStatus.SERVICE_UNAVAILABLE and "account" not in self.__dict__:
            return super().show(status, **context)
        with timezone.override(self.zone):
            return super().show(status, zone=str(self.zone), **context)


class AccountMixin(AccountPage, RecordView[SipAccount]):
    """A page whose record is the account itself."""

    def get_record(self) -> SipAccount:
        return self.account
