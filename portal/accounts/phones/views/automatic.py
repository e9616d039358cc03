"""Pages for phones that set themselves up: making a link, and the addresses from which phones fetch their settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from portal.accounts.pages import LocalPage
from portal.accounts.phones.automatic import (
    fetch_settings,
    find_link_of_mac,
    find_phone_link,
    make_phone_link,
    phone_links,
)
from portal.accounts.phones.certificates import mac_of_certificate
from portal.accounts.phones.formats import ACROBITS, LINPHONE, PHONE_KINDS, ZOIPER
from portal.accounts.phones.forms import AutomaticForm
from portal.accounts.phones.models import PhoneLink
from portal.accounts.phones.services import TRIES
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.people import confirmation
from portal.people.client_address import client_address
from portal.people.factors import qr_code_of
from portal.people.links import hash_of_token
from portal.people.lockouts import LockedOut, counted_try, take_back

SHOWN = 10
ZOIPER_PAGE = "https://oem.zoiper.com/qr-howto.php"


def _address(page: str, *parts: str) -> str:
    return settings.PORTAL_URL + reverse(f"accounts:phones:{page}", args=parts)


def code_for(link: PhoneLink, token: str) -> str:
    """Return what the QR code of a link contains: its address, or what the apps of Acrobits expect."""
    if link.kind == ACROBITS:
        return f"csc:{quote(link.address, safe='')}:{token}@{settings.ACROBITS_ID}"
    if link.kind == ZOIPER:
        return f"{ZOIPER_PAGE}?{urlencode({'provider_id': settings.ZOIPER_ID, 'u': '', 'p': '', 'a': '', 't': token})}"
    kind = PHONE_KINDS[link.kind]
    return _address("fetch-file", token, kind.file.format(mac=link.mac)) if kind.file else _address("fetch", token)


class Automatic(LocalPage):
    """Make a link with which a phone sets itself up; it is shown once, and the latest ones are listed."""

    template_name = "accounts/phones/automatic.html"
    title = gettext_lazy("Let a phone set itself up")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        token = take_secret(request, self.once)
        link = find_phone_link(token_hash=hash_of_token(token)) if token else None
        if link is None:
            return self.page()
        code, is_desk_phone = code_for(link, token), PHONE_KINDS[link.kind].is_desk_phone
        picture = None if is_desk_phone or link.kind == ZOIPER else qr_code_of(code)
        folder = code.rpartition("/")[0] + "/" if is_desk_phone else ""
        may_prove = settings.PHONE_CERTIFICATE_HEADER and self.request.viewer.role is not Role.SUBSCRIBER
        by_certificate = _address("fetch-desk", code.rpartition("/")[2]) if may_prove else ""
        return self.page(
            link=link,
            phone_code=code,
            picture=picture,
            folder=folder,
            is_linphone=link.kind == LINPHONE,
            by_certificate=by_certificate if is_desk_phone else "",
        )

    @property
    def once(self) -> str:
        """Return the key under which a token is stored to be shown once."""
        return f"phone link of {self.sip_id}"

    @property
    def page_url(self) -> str:
        return reverse("accounts:phones:set-up-automatic", args=[str(self.sip_id)])

    def make_form(self, data: Any = None) -> AutomaticForm:
        is_own = self.request.viewer.role is Role.SUBSCRIBER
        is_confirmed = not is_own or confirmation.is_confirmed(self.request)
        return AutomaticForm(data, account=self.account, viewer=self.request.viewer, is_confirmed=is_confirmed)

    def page(self, status: int = 200, form: AutomaticForm | None = None, **context: Any) -> HttpResponse:
        links = phone_links(self.request.viewer.engine, str(self.sip_id))[:SHOWN]
        rows = [(one, PHONE_KINDS[one.kind].label) for one in links]
        return self.show(status, form=form or self.make_form(), rows=rows, **context)


class AutomaticLink(Automatic):
    """Make the link."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if form.is_valid() and self.request.viewer.role is Role.SUBSCRIBER:
            confirmation.confirm_form(self.request, form)
        if not form.is_valid():
            return self.page(422, form)
        values = form.cleaned_data
        made = make_phone_link(
            self.request.viewer,
            self.account,
            values["kind"],
            mac=values["mac"],
            sets_password=values["sets_password"],
        )
        if made is None:
            messages.error(request, _("Many links were made for this account within the last hour. Please wait."))
            return HttpResponseRedirect(self.page_url)
        self.request.writes.record_operation("addPhoneLink", self.account)
        keep_secret_once(request, self.once, made[1])
        return HttpResponseRedirect(self.page_url)


class FetchView(PortalView):
    """A base class for addresses from which phones fetch their settings; a wrong token counts as a wrong password."""

    http_method_names = ["get"]

    def answer(self, request: HttpRequest, link: PhoneLink | None) -> HttpResponse:
        found = fetch_settings(link, client_address(request)) if link else None
        if link is None or found is None:
            raise Http404
        return HttpResponse(found, content_type=PHONE_KINDS[link.kind].content_type)

    def find(self, request: HttpRequest, token: str, **which: Any) -> PhoneLink | None:
        try:
            with counted_try(request, TRIES) as attempt:
                link = find_phone_link(token_hash=hash_of_token(token), **which)
                if link:
                    take_back(attempt)
                return link
        except LockedOut:
            return None


class FetchSettings(FetchView):
    """Settings for Linphone, which scans the address, and for Zoiper, which adds the token to it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.answer(request, self.find(request, token, kind__in=(LINPHONE, ZOIPER)))


class FetchFile(FetchView):
    """The file of a desk phone, which asks for others, too."""

    def get(self, request: HttpRequest, token: str, file: str) -> HttpResponse:
        link = self.find(request, token)
        is_its_file = link and file.lower() == PHONE_KINDS[link.kind].file.format(mac=link.mac)
        return self.answer(request, link if is_its_file else None)


class FetchByCertificate(FetchView):
    """The file of a desk phone that has proved its MAC address to the proxy by its certificate."""

    def get(self, request: HttpRequest, file: str) -> HttpResponse:
        mac = mac_of_certificate(request)
        link = find_link_of_mac(mac)
        is_its_file = link and file.lower() == PHONE_KINDS[link.kind].file.format(mac=mac)
        return self.answer(request, link if is_its_file else None)


@method_decorator(csrf_exempt, name="dispatch")
class FetchForAcrobits(FetchView):
    """Account XML for an app of Acrobits, which sends what it has scanned: the address and the token as its password.

    It acts for nobody who is signed in, so it needs no token against forged requests.
    """

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        sent = request.POST if request.method == "POST" else request.GET
        address, token = sent.get("cloud_username", ""), sent.get("cloud_password", "")
        return self.answer(request, self.find(request, token, kind=ACROBITS, address=address.lower()))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.get(request)
