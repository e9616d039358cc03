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

from portal.accounts.choices import state_of
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
    """A page about an account: its URL name and its label.

    ``for_trunks``: shown for telephone systems, too (contract: groups, trunking).
    """

    page: str
    label: str | Promise
    for_trunks: bool = True


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as a page shows it: its URL, its label, whether it is open, and the pages below it if it has several."""

    url: str
    label: str | Promise
    is_open: bool
    below: tuple[ShownTab, ...] = ()


# Six tabs, so that they fit one line, each with its pages; a page is shown only to viewers who may open it.
TABS: tuple[tuple[str | Promise, tuple[Tab, ...]], ...] = (
    (_("Overview"), (Tab("accounts:detail", _("Overview")),)),
    (
        _("Calls"),
        (
            Tab("accounts:calls:list", _("Calls")),
            Tab("accounts:calls:credit", _("Credit")),
            Tab("accounts:calling:try", _("Try a call")),
        ),
    ),
    (
        _("Forwarding and do not disturb"),
        (
            Tab("accounts:forwarding:diversions", _("Forwarding"), for_trunks=False),
            Tab("accounts:forwarding:incoming", _("Do not disturb"), for_trunks=False),
        ),
    ),
    (_("Voicemail"), (Tab("accounts:voicemail:page", _("Voicemail")),)),
    (
        _("Contacts and barring"),
        (Tab("accounts:contacts:list", _("Contacts")), Tab("accounts:forwarding:barring", _("Barring"))),
    ),
    (
        _("Settings"),
        (
            Tab("accounts:phones:list", _("Phones")),
            Tab("accounts:phones:set-up", _("Set up a phone")),
            Tab("accounts:phones:passwords", _("Passwords")),
            Tab("accounts:programs:list", _("Programs")),
            Tab("accounts:groups", _("Rights")),
            Tab("accounts:acl", _("Networks")),
            Tab("accounts:rating:edit", _("Rating")),
            Tab("accounts:presence:edit", _("Presence")),
        ),
    ),
)


def _name_of(label: str | Promise, offered: list[Tab]) -> str | Promise:
    """Return the name of a tab; one named after a page that is not offered takes the name of its first page."""
    after_page = next((one for one in dict(TABS)[label] if one.label == label), None)
    return offered[0].label if after_page and after_page not in offered else label


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
        is_known = "account" in self.__dict__
        more = {
            "account": account,
            "tabs": self.tabs(account),
            "state_now": state_of(account.groups) if is_known else (),
        }
        return super().show(status, **{**more, **context})

    @property
    def has_glance(self) -> bool:
        """Return whether the page fetches the health card of the account's overview, after it was opened."""
        return "account" in self.__dict__ and not self.request.viewer.account

    def known_account(self, status: int) -> SipAccount:
        """Return the account for the page header; if NGNPro is unavailable (503), one with the address only."""
        if status == HTTPStatus.SERVICE_UNAVAILABLE and "account" not in self.__dict__:
            return SipAccount(id=self.sip_id)
        return self.account

    def tabs(self, account: SipAccount) -> list[ShownTab]:
        """Return the tabs with pages that the viewer may open; a tab opens its first page."""
        here = self.request.resolver_match
        is_trunk = TRUNK in account.groups
        offered = {
            label: [
                one for one in pages if may_open(self.request.viewer, one.page) and (one.for_trunks or not is_trunk)
            ]
            for label, pages in TABS
        }
        current = main_page_of(
            here.view_name if here else "", [one.page for pages in offered.values() for one in pages]
        )
        return [self._tab(_name_of(label, pages), pages, current) for label, pages in offered.items() if pages]

    def _tab(self, label: str | Promise, pages: list[Tab], current: str) -> ShownTab:
        shown = [ShownTab(page_url(one.page, self.kwargs["address"]), one.label, one.page == current) for one in pages]
        is_open = any(one.is_open for one in shown)
        return ShownTab(shown[0].url, label, is_open, tuple(shown) if len(shown) > 1 else ())


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
