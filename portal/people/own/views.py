"""Pages of an operator's own account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.passwords import strength_notes
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people import confirmation, factors, links
from portal.people.confirmed_views import CODES, ConfirmedFormView
from portal.people.factor_views import AddAppView, AddPasskeyView, RemoveFactorView, RemovePasskeyView
from portal.people.factors import add_totp_key, make_recovery_codes
from portal.people.lockouts import LockedOut, counted_try, require_unlocked, take_back
from portal.people.operators.models import Operator
from portal.people.operators.services import journal_state_of, set_operator_password

from .forms import AppForm, EmailForm, OwnPasswordForm, PasskeyForm, PasswordCheckForm


class OwnView(PortalView):
    """A page about the viewer's own account."""

    @property
    def own_url(self) -> str:
        return reverse("people:own:page")

    @property
    def operator(self) -> Operator:
        operator = self.request.user
        if not isinstance(operator, Operator):
            raise Http404
        return operator

    def record_operation(self, operation: str) -> None:
        self.request.writes.record_operation(operation, about=("operator", self.operator.username))

    def done(self, operation: str, words: str) -> HttpResponse:
        """Journal an action, add a message about it, and redirect to the account."""
        self.record_operation(operation)
        messages.success(self.request, words)
        return HttpResponseRedirect(reverse("people:own:page"))


class OwnPage(OwnView):
    """The viewer's account, and how it is protected."""

    template_name = "people/own/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        operator = self.operator
        return self.show(
            operator=operator,
            app=getattr(operator, "totp_key", None),
            passkeys=list(operator.passkeys.all()),
            codes=operator.recovery_codes.count(),
            has_second_factor=operator.has_second_factor(),
            is_required=operator.needs_second_factor(),
        )


class CheckedView(OwnView, ConfirmedFormView):
    """A form that asks for the password; a wrong one counts as a failed sign-in."""

    form_class: ClassVar[type[PasswordCheckForm]] = PasswordCheckForm

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if "password" in form.fields:
            try:
                self.check_password(form)
            except LockedOut:
                form.errors["password"] = form.error_class([_("Too many wrong passwords. Please wait some minutes.")])
                return self.ask(form, 429)
        return self.go_on(form) if form.is_valid() else self.ask(form, 422)

    def check_password(self, form: PasswordCheckForm) -> None:
        """Check the form, and count a wrong password.

        Raises ``LockedOut`` if no try is allowed now, or a wrong password starts a lockout.
        """
        with counted_try(self.request, self.operator.username) as attempt:
            if not form.has_error("password", "wrong"):
                take_back(attempt)
        require_unlocked(self.request, self.operator.username)
        if form.is_valid():
            confirmation.remember_confirmation(self.request)

    def make_form(self, data: Any = None) -> PasswordCheckForm:
        return self.form_class(data, operator=self.operator, is_recent=confirmation.is_confirmed(self.request))


class OwnPassword(CheckedView):
    """Sets a new password, and ends all other sessions."""

    template_name = "people/own/password.html"
    form_class = OwnPasswordForm

    def more(self) -> dict[str, Any]:
        return {"is_forced": self.operator.must_change_password}

    def go_on(self, form: OwnPasswordForm) -> HttpResponse:
        operator = self.operator
        set_operator_password(operator, form.cleaned_data["new_password"])
        confirmation.end_other_sessions(self.request)
        confirmation.forget_confirmation(self.request)
        update_session_auth_hash(self.request, operator)
        words = _("Your password was changed, and you were signed out everywhere else.")
        return self.done("changePassword", " ".join([words, *strength_notes(form)]))


class OwnEmail(CheckedView):
    """Changes the e-mail address, to which links for a new password are sent."""

    template_name = "people/own/email.html"
    form_class = EmailForm

    def make_form(self, data: Any = None) -> PasswordCheckForm:
        form = super().make_form(data)
        form.initial["email"] = self.operator.email
        return form

    def go_on(self, form: EmailForm) -> HttpResponse:
        operator, before = self.operator, journal_state_of(self.operator)
        operator.email = form.cleaned_data["email"]
        about, after = ("operator", operator.username), journal_state_of(operator)
        with transaction.atomic(), self.request.writes.change(before, after, about=about, operation="updateOperator"):
            operator.save(update_fields=["email"])
            links.cancel_operator_links(operator)
        confirmation.end_other_sessions(self.request)
        messages.success(self.request, _("Your e-mail address was changed, and you were signed out everywhere else."))
        return HttpResponseRedirect(reverse("people:own:page"))


class OwnFactorView(CheckedView):
    """A page about one second factor of the operator."""

    codes_page = "people:own:codes"

    @property
    def owner(self) -> Operator:
        return self.operator

    @property
    def login(self) -> str:
        return self.operator.username

    def first_codes(self) -> list[str]:
        return [] if self.operator.recovery_codes.exists() else make_recovery_codes(self.operator)

    def must_have_factor(self) -> bool:
        return self.operator.needs_second_factor()

    def drop_useless_codes(self) -> None:
        factors.drop_useless_recovery_codes(self.operator)


class OwnApp(OwnFactorView, AddAppView):
    """Adds an authenticator app."""

    form_class = AppForm

    def add_app(self, secret: str, code: str) -> bool:
        return add_totp_key(self.operator, secret, code)


class OwnPasskey(OwnFactorView, AddPasskeyView):
    """Adds a passkey."""

    form_class = PasskeyForm


class AppRemove(OwnFactorView, RemoveFactorView):
    """Removes the authenticator app."""

    def what(self) -> str:
        if not hasattr(self.operator, "totp_key"):
            raise Http404
        return _("the authenticator app")

    def remove(self) -> None:
        self.operator.totp_key.delete()


class PasskeyRemove(OwnFactorView, RemovePasskeyView):
    """Removes a passkey."""


class OwnCodes(CheckedView):
    """Generates recovery codes, which replace earlier ones, and shows them once."""

    template_name = "people/own/codes.html"

    def more(self) -> dict[str, Any]:
        codes = take_secret(self.request, CODES).split()
        return {"codes": codes, "left": self.operator.recovery_codes.count(), "login": self.operator.username}

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if not self.operator.has_second_factor():
            raise Http404
        return super().get(request)

    def go_on(self, form: PasswordCheckForm) -> HttpResponse:
        keep_secret_once(self.request, CODES, "\n".join(make_recovery_codes(self.operator)))
        confirmation.end_other_sessions(self.request)
        self.record_operation("makeRecoveryCodes")
        return HttpResponseRedirect(reverse("people:own:codes"))
