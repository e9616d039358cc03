"""Pages about how a reseller or customer signs in: second factor and recovery codes, with links to the rest.

Their name, password, e-mail address, language and time zone are in their customer record, which NGNPro stores.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people import confirmation, customer_factors
from portal.people.confirmed_views import APP_KEY, CODES, ConfirmedFormView, app_key, app_key_shown
from portal.people.models import CustomerFactor
from portal.people.viewers import PERSON

from .forms import AccountAppForm, OwnerConfirmForm


class AccountView(PortalView):
    """A page about the account of the reseller or customer who is signed in, whomever they act for."""

    @property
    def own_url(self) -> str:
        return reverse("people:account:page")

    @property
    def person(self) -> dict[str, Any]:
        found: dict[str, Any] | None = self.request.session.get(PERSON)
        if found is None:
            raise Http404
        return found

    @cached_property
    def factor(self) -> CustomerFactor | None:
        return customer_factors.factor_of(self.person)

    def done(self, operation: str, words: str) -> HttpResponse:
        """Journal an action, end the other sessions, add a message about it, and redirect to the account."""
        self.request.writes.record_operation(operation, about=("customer", str(self.person["customer"])))
        confirmation.end_other_sessions(self.request)
        messages.success(self.request, words)
        return HttpResponseRedirect(self.own_url)


class OwnerPage(AccountView):
    """How the viewer signs in."""

    template_name = "people/account/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(
            factor=self.factor,
            codes=self.factor.codes.count() if self.factor else 0,
            is_required=settings.REQUIRE_SECOND_FACTOR_OF_RESELLERS,
            customer=self.person["customer"],
        )


class ConfirmedView(ConfirmedFormView, AccountView):
    """A form that asks for the password; a wrong one counts as a failed sign-in."""

    form_class: ClassVar[type[OwnerConfirmForm]] = OwnerConfirmForm

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request.POST)
        if form.is_valid() and confirmation.FIELD in form.fields:
            typed = form.cleaned_data.get(confirmation.FIELD) or ""
            if reason := confirmation.why_not_confirmed(self.request, typed):
                form.add_error(confirmation.FIELD, reason)
        return self.go_on(form) if form.is_valid() else self.ask(form, 422)

    def make_form(self, data: Any = None) -> OwnerConfirmForm:
        return self.form_class(data, is_recent=confirmation.is_confirmed(self.request))


class AccountApp(ConfirmedView):
    """Adds an authenticator app, in place of an earlier one, and shows recovery codes once."""

    template_name = "people/own/app.html"
    form_class = AccountAppForm

    def more(self) -> dict[str, Any]:
        return app_key_shown(app_key(self.request), self.person["login"])

    def go_on(self, form: AccountAppForm) -> HttpResponse:
        codes = customer_factors.add_factor(self.person, app_key(self.request), form.cleaned_data["code"])
        if codes is None:
            form.add_error("code", _("This code is not valid. Check that the clock of your phone is correct."))
            return self.ask(form, 422)
        del self.request.session[APP_KEY]
        keep_secret_once(self.request, CODES, "\n".join(codes))
        self.done("addAuthenticatorApp", _("From now on you sign in with a code of your app as well."))
        return HttpResponseRedirect(reverse("people:account:codes"))


class AccountAppRemove(ConfirmedView):
    """Removes the authenticator app and the recovery codes."""

    template_name = "people/own/remove.html"

    def more(self) -> dict[str, Any]:
        if self.factor is None:
            raise Http404
        return {"what": _("the authenticator app"), "is_last": True, "is_kept": self.is_kept()}

    def is_kept(self) -> bool:
        """Return whether it cannot be removed, because a second factor is required."""
        return bool(settings.REQUIRE_SECOND_FACTOR_OF_RESELLERS and self.person["role"] == "reseller")

    def go_on(self, form: OwnerConfirmForm) -> HttpResponse:
        if self.factor is None or self.is_kept():
            return self.ask(form, 422)
        self.factor.delete()
        return self.done("removeSecondFactor", _("You removed %(what)s.") % {"what": _("the authenticator app")})


class AccountCodes(ConfirmedView):
    """Generates recovery codes, which replace earlier ones, and shows them once."""

    template_name = "people/own/codes.html"

    def more(self) -> dict[str, Any]:
        if self.factor is None:
            raise Http404
        codes = take_secret(self.request, CODES).split()
        return {"codes": codes, "left": self.factor.codes.count(), "login": self.person["login"]}

    def go_on(self, form: OwnerConfirmForm) -> HttpResponse:
        if self.factor is None:
            raise Http404
        keep_secret_once(self.request, CODES, "\n".join(customer_factors.renew_codes(self.factor)))
        self.done("makeRecoveryCodes", _("These codes replace all earlier ones."))
        return HttpResponseRedirect(reverse("people:account:codes"))
