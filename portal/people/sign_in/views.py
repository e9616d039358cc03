"""Pages for signing in, in one step or two, signing out, acting for a customer, and for server, theme and language."""

from __future__ import annotations

import logging
import math
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import WALL_PAGE
from portal.core.addresses import safe_redirect
from portal.core.error_pages import explain_error, locked_login_page
from portal.core.forms import refusal_shown_at
from portal.core.navigation import THEME_COOKIE, THEMES
from portal.core.portal_request import PortalRequest
from portal.core.views import PortalView
from portal.ngnpro import errors
from portal.people import factors, login, passkeys, viewers
from portal.people.client_address import is_behind_unknown_proxy
from portal.people.customer_factors import factor_of, verify_factor
from portal.people.factors import FactorsLocked
from portal.people.languages import choose_language
from portal.people.lockouts import LockedOut, counted_try, require_unlocked, take_back
from portal.people.login import awaits_second_step, choose_engine, sign_in, sign_in_operator
from portal.people.operators.models import Operator
from portal.people.passkeys import PasskeyOwner
from portal.people.sessions import become_wall_display
from portal.people.sign_in.forms import CodeForm
from portal.people.single_sign_on.providers import Provider, provider_at
from portal.people.tours import end_tour, show_step, steps_of
from portal.people.viewers import SIGNED_ON
from portal.running.demo import offers_demo

from .forms import ActForm, SignInForm

log = logging.getLogger(__name__)

YEAR = 365 * 24 * 3600
WRONG_CODE = gettext_lazy("This code or passkey is not valid, or was used already. Please try another one.")


class SignIn(PortalView):
    """Signs in with name and password. Too many wrong passwords cause a lockout (``people.lockouts``)."""

    template_name = "people/sign-in.html"

    @property
    def offers_certificates(self) -> bool:
        """Return whether the operator has set up client certificates, with which users of accounts sign in."""
        return bool(settings.CLIENT_CA_FILE and settings.CLIENT_CERTIFICATE_HEADER)

    @cached_property
    def provider(self) -> Provider | None:
        """Return the provider with which people can sign in at this host name, if there is one."""
        return provider_at(self.request)

    def get(self, request: HttpRequest) -> HttpResponse:
        page = self.next_page(request.GET)
        if not self.request.viewer.is_nobody:
            return HttpResponseRedirect(page)
        return self.show(form=SignInForm(), next=page, demo=offers_demo(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form, page = SignInForm(request.POST), self.next_page(request.POST)
        if not form.is_valid():
            return self.show(422, form=form, next=page)
        name = form.cleaned_data["username"].strip()
        try:
            signed_in = sign_in(request, name, form.cleaned_data["password"])
        except LockedOut as lockout:
            return show_pause(request, lockout.left)
        except errors.Locked as lock:
            return locked_login_page(request, lock)
        except errors.NgnproError as error:
            return self.show(
                503, form=form, next=page, trouble=explain_error(error), engine=getattr(error, "engine", "")
            )
        if signed_in:
            second = reverse("people:sign_in:second-step") + "?" + urlencode({"next": page})
            return HttpResponseRedirect(second if awaits_second_step(request) else page)
        form.add_error(None, _("Name and password do not match."))
        return self.show(422, form=form, next=page)

    def next_page(self, params: QueryDict) -> str:
        return safe_redirect(self.request, params.get("next", ""))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; whoever signed in with a provider is asked whether to end the session there as well."""
    signed_on = SIGNED_ON in request.session
    request.session.flush()
    page = "people:single_sign_on:signed-out" if signed_on else "people:sign_in:sign-in"
    return HttpResponseRedirect(reverse(page))


@require_POST
def become_wall(request: PortalRequest) -> HttpResponse:
    """Make this browser a wall display: read-only, and closed for all pages but the display."""
    if not settings.WALL_DAYS:
        raise Http404
    become_wall_display(request.session)
    return HttpResponseRedirect(reverse(WALL_PAGE))


@require_POST
def tour(request: PortalRequest) -> HttpResponse:
    """Show a step of the tour on the start page, or end it."""
    step = request.POST.get("step", "")
    if step == "end":
        end_tour(request.session)
    elif step in map(str, range(len(steps_of(request.viewer)))):
        show_step(request.session, int(step))
    return HttpResponseRedirect("/#tour" if step != "end" else "/")


@require_safe
def stay(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: every request of a session counts as its use (``people.middleware``)."""
    return HttpResponse(status=204)


class Act(PortalView):
    """Starts acting for a reseller or customer: their pages are shown, and the journal names the person who acts."""

    template_name = "people/act.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=self.make_form(initial={"customer": request.GET.get("customer", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if not form.is_valid():
            return self.show(422, form=form)
        with refusal_shown_at(form, "customer"):
            customer = self.ngnpro.customers.get_account(form.cleaned_data["customer"])
            viewers.start_acting(request, self.request.viewer, customer)
        return self.show(422, form=form) if form.errors else HttpResponseRedirect("/")

    def make_form(self, **kwargs: Any) -> ActForm:
        form = ActForm(**kwargs)
        self.offer_names(form)
        return form


@require_POST
def allow_changes(request: PortalRequest) -> HttpResponse:
    """Allow changes while acting for a customer."""
    viewers.allow_changes(request)
    return HttpResponseRedirect(safe_redirect(request, request.POST.get("next", "")))


@require_POST
def stop_acting(request: PortalRequest) -> HttpResponse:
    """Stop acting for a customer."""
    viewers.stop_acting(request)
    return HttpResponseRedirect("/")


@require_POST
def change_engine(request: PortalRequest) -> HttpResponse:
    """Switch to another NGNPro server, and stop acting, because the customer is on the present one.

    An operator who is limited to a reseller stays on that reseller's server: on others the id is another reseller's.
    """
    viewers.stop_acting(request)
    if not request.viewer.tree:
        choose_engine(request, request.POST.get("engine", ""))
    return HttpResponseRedirect("/")


def show_pause(request: HttpRequest, left: timedelta) -> HttpResponse:
    """Return the page that shows how long a lockout lasts, with status 429."""
    minutes = max(1, math.ceil(left.total_seconds() / 60))
    context = {"minutes": minutes, "is_behind_proxy": is_behind_unknown_proxy(request)}
    if context["is_behind_proxy"]:
        log.warning(
            "A lockout counts the address of a proxy, which all people behind it share. If the proxy is yours, set"
            " PORTAL_PROXIES to the number of proxies in front."
        )
    return render(request, "people/locked-out.html", context, status=429)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Store the theme (light, dark, or that of the system) in a cookie, and redirect back to the page."""
    response = HttpResponseRedirect(safe_redirect(request, request.POST.get("next", "")))
    if request.POST.get("theme") in THEMES:
        response.set_cookie(
            THEME_COOKIE, request.POST["theme"], YEAR, samesite="Lax", secure=settings.TLS, httponly=True
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Store the language for the person and in a cookie, or forget both, and redirect back to the page."""
    response = HttpResponseRedirect(safe_redirect(request, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    choose_language(request, chosen if chosen in dict(settings.LANGUAGES) else "")
    if chosen in dict(settings.LANGUAGES):
        name = settings.LANGUAGE_COOKIE_NAME
        response.set_cookie(name, chosen, YEAR, samesite="Lax", secure=settings.TLS, httponly=True)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


class SecondStep(PortalView):
    """Asks for a code or a passkey after the password; without a right password, redirects to the sign-in page."""

    template_name = "people/second-step.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        person = login.person_of_second_step(request)
        owner = factor_of(person) if person else login.operator_of_second_step(request)
        return self.ask(owner, CodeForm()) if owner else self.begin_again()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if person := login.person_of_second_step(request):
            return self.post_of_person(person, form)
        operator = login.operator_of_second_step(request)
        if operator is None:
            return self.begin_again()
        try:
            is_right = self.check(operator, form)
        except (LockedOut, FactorsLocked) as paused:
            return show_pause(request, paused.left)
        if is_right:
            sign_in_operator(request, operator)
            return HttpResponseRedirect(safe_redirect(request, request.GET.get("next", "")))
        form.add_error("code", WRONG_CODE)
        return self.ask(operator, form, 422)

    def post_of_person(self, person: dict[str, Any], form: CodeForm) -> HttpResponse:
        """Check the code of a reseller or customer; a wrong one counts as a failed sign-in."""
        name, factor = person["login"], factor_of(person)
        if factor is None:
            return self.begin_again()
        try:
            with counted_try(self.request, name) as attempt:
                is_right = form.is_valid() and verify_factor(self.request, factor, **form.cleaned_data)
                if is_right:
                    take_back(attempt)
            if not is_right:
                require_unlocked(self.request, name)
        except LockedOut as lockout:
            return show_pause(self.request, lockout.left)
        if is_right:
            login.sign_in_person(self.request, person)
            return HttpResponseRedirect(safe_redirect(self.request, self.request.GET.get("next", "")))
        form.add_error("code", WRONG_CODE)
        return self.ask(factor, form, 422)

    def check(self, operator: Operator, form: CodeForm) -> bool:
        """Return whether the code or passkey is right; a wrong one counts for the operator and as a failed sign-in.

        Raises ``LockedOut`` or ``FactorsLocked`` if no try is allowed, or a wrong one starts a lockout.
        """
        with counted_try(self.request, operator.username) as attempt:
            try:
                is_right = form.is_valid() and factors.verify_second_factor(self.request, operator, **form.cleaned_data)
            except FactorsLocked:
                take_back(attempt)
                raise
        if not is_right:
            require_unlocked(self.request, operator.username)
        return is_right

    def ask(self, owner: PasskeyOwner, form: CodeForm, status: int = 200) -> HttpResponse:
        has_passkeys = owner.passkeys.exists() and passkeys.can_use_passkeys(self.request)
        options = passkeys.proof_options(self.request, owner) if has_passkeys else ""
        return self.show(status, form=form, options=options)

    def begin_again(self) -> HttpResponse:
        """Discard the half sign-in, and redirect to the sign-in page."""
        self.request.session.pop(login.HALF_SIGN_IN, None)
        return HttpResponseRedirect(reverse("people:sign_in:sign-in"))
