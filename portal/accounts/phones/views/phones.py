"""Pages for setting up a phone: for the viewer, and for the phone that scanned the code; list of phones."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from portal.accounts.pages import AccountPage
from portal.accounts.phones.forms import NewSipPasswordForm, PhoneRow, phone_rows
from portal.accounts.phones.services import (
    PURPOSE,
    find_link,
    find_open,
    is_paused,
    may_set_password,
    new_link,
    set_password,
    settings_for,
    url_of,
)
from portal.core.error_pages import explain_error
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.ngnpro import errors
from portal.ngnpro.records import SipAccount
from portal.people import links
from portal.people.client_address import client_address
from portal.people.factors import qr_code_of
from portal.people.lockouts import LockedOut
from portal.people.models import OneUseLink

LINK, USED = "softphone link", "softphone link in use"


class Softphone(AccountPage):
    """Show the settings that a phone needs, and after a code was requested, the code once."""

    template_name = "accounts/phones/set_up.html"
    title = gettext_lazy("Set up a phone")

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        return self.page()

    def page(self, status: int = 200, **more: Any) -> HttpResponse:
        token = take_secret(self.request, f"{LINK} of {self.sip_id}")
        link = links.find_account_link(PURPOSE, token) if token else None
        if link:
            more |= {"picture": qr_code_of(url_of(token)), "url": url_of(token), "until": link.expires_at}
        return self.show(status, settings=settings_for(self.account, self.request.viewer.engine), **more)


class SoftphoneCode(Softphone):
    """Create a code, which replaces an earlier one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_: str) -> HttpResponse:
        engine = self.request.viewer.engine
        with links.account_link_lock(PURPOSE, str(self.account.id), engine) as may_make:
            if not may_make:
                return self.page(429, too_often=True)
            keep_secret_once(request, f"{LINK} of {self.sip_id}", new_link(self.account, engine))
        return HttpResponseRedirect(reverse("accounts:phones:set-up", args=[str(self.sip_id)]))


class SetUpLinkView(PortalView):
    """A base class for pages on the phone that scanned the code; shows a message if the link is not valid."""

    template_name = "accounts/phones/set_up_here.html"

    def show_invalid_link(self) -> HttpResponse:
        return self.show(429, paused=True) if is_paused(self.request) else self.show(404, is_invalid=True)


class SoftphoneLink(SetUpLinkView):
    """Store in the session that the link was opened, and redirect, so that no token stays in the address bar."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with contextlib.suppress(LockedOut):
            link = find_link(request, token)
            if link is None:
                return self.show_invalid_link()
            request.session[LINK] = str(link.pk)
        return HttpResponseRedirect(reverse("accounts:phones:set-up-here"))


class SoftphoneHere(SetUpLinkView):
    """Ask for confirmation, so that link scanners do not use up the link; then show the settings on the phone.

    A new SIP password can be set if the user may do so.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        if link := self.waiting:
            return self.show(link=link, asking=True)
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        if link := self.waiting:
            return self.use(link)
        link, account = self.find()
        if link is None or account is None or not may_set_password(account):
            return self.show_invalid_link()
        form = NewSipPasswordForm(request.POST, account=account)
        if not form.is_valid():
            return self.page(form, 422)
        password = form.cleaned_data["password"]
        try:
            set_password(link, account, password, client_address(request))
        except errors.NgnproError as error:
            form.add_error("password", explain_error(error).what)
            return self.page(form, 422)
        keep_secret_once(request, f"password of {link.subject}", password)
        return HttpResponseRedirect(request.path)

    @property
    def waiting(self) -> OneUseLink | None:
        """Return the link that this session has opened; ``None`` once it is used."""
        known = self.request.session.get(LINK)
        return links.find_unused_link(pk=known, purpose=PURPOSE) if known else None

    def use(self, link: OneUseLink) -> HttpResponse:
        """Spend the link; afterwards this session shows the settings."""
        if not links.spend_link(link):
            return self.show_invalid_link()
        self.request.session[USED] = str(link.pk)
        return HttpResponseRedirect(self.request.path)

    def page(self, form: NewSipPasswordForm | None = None, status: int = 200) -> HttpResponse:
        link, account = self.find()
        if link is None or account is None:
            return self.show_invalid_link()
        form = form or NewSipPasswordForm(account=account)
        return self.show(
            status,
            link=link,
            settings=settings_for(account, link.engine),
            password=take_secret(self.request, f"password of {link.subject}"),
            form=form if may_set_password(account) else None,
        )

    def find(self) -> tuple[OneUseLink | None, SipAccount | None]:
        """Return the link that this session has used, and its account."""
        return find_open(self.request.session.get(USED))


class DeviceList(AccountPage):
    template_name = "accounts/phones/list.html"
    title = gettext_lazy("Phones")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        rows = self.rows()
        return self.show(rows=rows, can_drop=self.ngnpro.platform.has_proxies)

    def rows(self) -> list[PhoneRow]:
        """Return the phones that are registered now."""
        found = self.ngnpro.sip.get_sip_device_locations([self.sip_id])
        return phone_rows(device for one in found for device in one.locations)


class DevicesDrop(DeviceList):
    """Sign one phone off, or all phones of the account."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        before = self.rows()
        chosen = [row for row in before if request.POST.get("phone", "") in ("", row.address)]
        if chosen:
            self.drop(chosen, all_phones=len(chosen) == len(before))
        return HttpResponseRedirect(reverse("accounts:phones:list", args=[str(self.sip_id)]))

    def drop(self, chosen: list[PhoneRow], *, all_phones: bool) -> None:
        """Drop phones, and say which of them are still registered."""
        # nothing of the account's record changes; the journal says who signed its phones off
        with self.request.writes.change(self.account, self.account):
            for device in {(row.device.address, row.device.port) for row in chosen} if not all_phones else {("", 0)}:
                self.ngnpro.platform.drop_registrations(self.sip_id, *device)
        left = {row.address for row in self.rows()} & {row.address for row in chosen}
        if left:
            text = gettext("Still signed in: %(phones)s. The SIP proxy has not answered yet; look again in a minute.")
            messages.warning(self.request, text % {"phones": ", ".join(sorted(left))})
        else:
            text = ngettext("One phone was signed off.", "%(number)s phones were signed off.", len(chosen))
            messages.success(self.request, text % {"number": len(chosen)})
