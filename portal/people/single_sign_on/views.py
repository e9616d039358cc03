"""Pages of single sign-on: to the provider and back, after signing out, and a reseller's settings."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.addresses import safe_redirect
from portal.core.error_pages import explain_error
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.ngnpro import errors
from portal.people.client_address import source_of
from portal.people.confirmation import is_confirmed
from portal.people.confirmed_views import ConfirmedFormView
from portal.people.lockouts import LINKS, LockedOut, counted_try, take_back
from portal.people.login import awaits_second_step
from portal.people.sign_in.views import show_pause

from . import protocol, services
from .fetching import ProviderDown
from .forms import ProviderForm
from .models import ResellerProvider
from .operators import SignOnRefused
from .protocol import AnswerRefused, Pending
from .providers import Provider, host_of, provider_at

log = logging.getLogger(__name__)

PENDING = "sent to provider"


class ProviderPage(PortalView):
    """A page about the provider of this host name; 404 if there is none."""

    template_name = "people/single_sign_on/failed.html"

    @cached_property
    def provider(self) -> Provider:
        found = provider_at(self.request)
        if found is None:
            raise Http404
        return found

    @property
    def back(self) -> str:
        """Return the URL to which the provider redirects; the provider compares it with those that it knows."""
        return self.request.build_absolute_uri(reverse("people:single_sign_on:back"))

    def say_down(self, error: ProviderDown) -> HttpResponse:
        """Show that the provider does not answer, and what to do."""
        log.error("The provider %s cannot be used: %s", self.provider.issuer, error)
        what = _("%(name)s does not answer as it should: %(reason)s You are not signed in.")
        shown = what % {"name": self.provider.name, "reason": error}
        return self.show(503, what=shown, next_step=_("Please try again in some minutes, or tell your administrator."))


class Start(ProviderPage):
    """Redirects the browser to the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = safe_redirect(request, request.GET.get("next", ""))
        try:
            pending, url = protocol.begin(self.provider, self.back, page, again="again" in request.GET)
        except ProviderDown as error:
            return self.say_down(error)
        request.session[PENDING] = dataclasses.asdict(pending)
        return HttpResponseRedirect(url)


class Back(ProviderPage):
    """Signs in the person whom the provider has sent back; each sign-in is valid once, in the browser that began it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.pop(PENDING, None)
        if kept is None:
            return self.refuse(_("It was not begun in this browser, or was used already."))
        try:
            with counted_try(request, f"{LINKS}sso {self.provider.key}") as attempt:
                answer = self.admit(Pending(**kept))
                if answer.status_code == 302 or answer.status_code >= 500:
                    take_back(attempt)
        except LockedOut as lockout:
            return show_pause(request, lockout.left)
        except errors.NgnproError as error:
            explained = explain_error(error)
            return self.show(503, what=explained.what, next_step=explained.next_step)
        return answer

    def admit(self, pending: Pending) -> HttpResponse:
        """Check what the provider has answered, and sign the person in."""
        try:
            identity = protocol.finish(self.provider, pending, self.request.GET.dict())
            services.admit(self.request, self.provider, identity)
        except ProviderDown as error:
            return self.say_down(error)
        except AnswerRefused as refusal:
            log.warning(
                "A sign-in with %s from %s was refused: %s", self.provider.key, source_of(self.request), refusal
            )
            return self.refuse(_("What the provider answered is not valid, or was cancelled there."))
        except SignOnRefused as refusal:
            log.warning("%s of %s may not sign in: %s", identity.subject, self.provider.key, refusal)
            return self.refuse(str(refusal))
        second = awaits_second_step(self.request)
        return HttpResponseRedirect(reverse("people:sign_in:second-step") if second else pending.page)

    def refuse(self, reason: str) -> HttpResponse:
        what = _("You were not signed in with %(name)s.") % {"name": self.provider.name}
        return self.show(403, what=what, next_step=reason)


class SignedOut(ProviderPage):
    """Offers to end the session at the provider, too, after the one of the portal has ended."""

    template_name = "people/single_sign_on/signed-out.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        start = request.build_absolute_uri(reverse("people:sign_in:sign-in"))
        try:
            url = protocol.end_session_url(self.provider, start)
        except ProviderDown as error:
            log.warning("The provider %s cannot be used: %s", self.provider.issuer, error)
            url = ""
        return self.show(url=url, provider=self.provider)


class ProviderSettings(ConfirmedFormView):
    """The provider of the reseller who is signed in, or for whom the viewer acts."""

    template_name = "people/single_sign_on/settings.html"

    @cached_property
    def reseller(self) -> int:
        viewer = self.request.viewer
        return viewer.own_customer if viewer.effective_role is Role.RESELLER else 0

    @cached_property
    def engine(self) -> str:
        return servers.engine(self.request.viewer.engine).name

    @cached_property
    def row(self) -> ResellerProvider | None:
        return services.row_of(self.engine, self.reseller)

    def make_form(self, data: Any = None) -> ProviderForm:
        if data is not None and not self.reseller:
            raise Http404
        return ProviderForm(data, is_confirmed=is_confirmed(self.request), row=self.row)

    def more(self) -> dict[str, Any]:
        host = host_of(self.engine, self.reseller)
        path = reverse("people:single_sign_on:back")
        scheme = self.request.scheme
        return {"reseller": self.reseller, "back": f"{scheme}://{host}{path}" if host else ""}

    def go_on(self, form: ProviderForm) -> HttpResponse:
        before = services.journal_state_of(self.row)
        values = form.values()
        about = ("single-sign-on", values["name"])
        with self.request.writes.change(before, values, about=about, operation="setProvider"):
            services.store_provider(self.engine, self.reseller, values, form.cleaned_data["client_secret"] or "")
        messages.success(self.request, _("The provider was saved."))
        return HttpResponseRedirect(reverse("people:single_sign_on:settings"))
