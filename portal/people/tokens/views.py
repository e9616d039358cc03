"""Pages about API tokens: the list of one's own, making one, and revoking and resuming it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.rooms import rooms_in_api
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people.confirmation import is_confirmed
from portal.people.confirmed_views import ConfirmedFormView

from . import services
from .choices import Pause, RoomAccess
from .forms import ApiTokenForm
from .models import ApiToken

NEEDS_PASSWORD = gettext_lazy(
    "A token uses NGNPro with your password, which the portal does not know now. Sign in with your password, and make"
    " or resume it then."
)


def scope_texts(token: ApiToken) -> list[str]:
    """Return what a token may do, in words."""
    labels = {"*": _("Everything"), **rooms_in_api()}
    return [f"{labels.get(room, room)}: {RoomAccess(given).label}" for room, given in token.scopes.items()]


class TokenList(PortalView):
    """The tokens of the person who is signed in, with their last use."""

    template_name = "people/tokens/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = services.tokens_of(request.session)
        rows = [(token, scope_texts(token), Pause(token.pause).label if token.pause else "") for token in found]
        return self.show(rows=rows)


class TokenAdd(ConfirmedFormView):
    """Makes a token, which the next page shows once."""

    template_name = "people/tokens/form.html"

    def make_form(self, data: Any = None) -> ApiTokenForm:
        return ApiTokenForm(data, is_confirmed=is_confirmed(self.request))

    def go_on(self, form: ApiTokenForm) -> HttpResponse:
        if not services.has_login(self.request.session):
            form.add_error(None, NEEDS_PASSWORD)
            return self.ask(form, 422)
        typed = form.cleaned_data
        token, secret = services.add_token(
            self.request, typed["name"], form.scopes(), typed["networks"], int(typed["days"])
        )
        keep_secret_once(self.request, f"token {token.pk}", secret)
        return HttpResponseRedirect(reverse("people:tokens:added", args=[token.pk]))


class TokenView(PortalView):
    """A page about one of the viewer's tokens; 404 for those of others."""

    @cached_property
    def token(self) -> ApiToken:
        return get_object_or_404(services.tokens_of(self.request.session), pk=self.kwargs["api_token"])


class TokenAdded(TokenView):
    """Shows a new token, once."""

    template_name = "people/tokens/added.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        token = self.token
        return self.show(token=token, secret=take_secret(request, f"token {token.pk}"))


class TokenRevoke(TokenView):
    """Asks before it revokes a token."""

    template_name = "people/tokens/revoke.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(token=self.token)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        services.revoke_token(self.request, self.token)
        messages.success(request, _("The token %(name)s is revoked.") % {"name": self.token.name})
        return HttpResponseRedirect(reverse("people:tokens:list"))


class TokenResume(TokenView):
    """Gives a paused token the present login of its owner."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not self.token.pause:
            raise Http404
        if not services.has_login(self.request.session):
            messages.error(request, NEEDS_PASSWORD)
            return HttpResponseRedirect(reverse("people:tokens:list"))
        services.resume_token(self.request, self.token)
        messages.success(request, _("The token %(name)s can be used again.") % {"name": self.token.name})
        return HttpResponseRedirect(reverse("people:tokens:list"))
