"""Pages of an operator's own account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.passwords import strength_notes
from portal.core.record_locks import record_lock
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people import confirmation, factors, links, passkeys
from portal.people.confirmed_views import APP_KEY, CODES, ConfirmedFormView, app_key, app_key_shown
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
            is_required=settings.REQUIRE_SECOND_FACTOR,
        )


class CheckedView(ConfirmedFormView, OwnView):
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


class AddedView(CheckedView):
    """Adds a second factor, and recovery codes if the operator has none."""

    def added(self, operation: str, words: str) -> HttpResponse:
        operator = self.operator
        confirmation.end_other_sessions(self.request)
        if operator.recovery_codes.exists():
            return self.done(operation, words)
        keep_secret_once(self.request, CODES, "\n".join(make_recovery_codes(operator)))
        self.done(operation, words)
        return HttpResponseRedirect(reverse("people:own:codes"))


class OwnApp(AddedView):
    """Adds an authenticator app: shows the key as QR code and text until a code proves that the app has it."""

    template_name = "people/own/app.html"
    form_class = AppForm

    def more(self) -> dict[str, Any]:
        return app_key_shown(app_key(self.request), self.operator.username)

    def go_on(self, form: AppForm) -> HttpResponse:
        if not add_totp_key(self.operator, app_key(self.request), form.cleaned_data["code"]):
            form.add_error("code", _("This code is not valid. Check that the clock of your phone is correct."))
            return self.ask(form, 422)
        del self.request.session[APP_KEY]
        return self.added("addAuthenticatorApp", _("From now on you sign in with a code of your app as well."))


class OwnPasskey(AddedView):
    """Adds a passkey that the browser creates."""

    template_name = "people/own/passkey.html"
    form_class = PasskeyForm

    def more(self) -> dict[str, Any]:
        if not passkeys.can_use_passkeys(self.request):
            return {"possible": False, "options": ""}
        return {"possible": True, "options": passkeys.creation_options(self.request, self.operator)}

    def go_on(self, form: PasskeyForm) -> HttpResponse:
        made = form.cleaned_data
        if passkeys.add_passkey(self.request, self.operator, made["passkey"], made["name"]) is None:
            form.add_error("name", _("Your browser did not return a usable passkey. Please try again."))
            return self.ask(form, 422)
        return self.added("addPasskey", _("From now on you sign in with the passkey as well."))


class RemoveView(CheckedView):
    """Removes a second factor."""

    template_name = "people/own/remove.html"

    def is_last(self) -> bool:
        operator = self.operator
        return hasattr(operator, "totp_key") + operator.passkeys.count() == 1

    def more(self) -> dict[str, Any]:
        return {"what": self.what(), "is_last": self.is_last(), "is_kept": self.is_kept()}

    def is_kept(self) -> bool:
        """Return whether the second factor cannot be removed, because one is required and it is the last."""
        return settings.REQUIRE_SECOND_FACTOR and self.is_last()

    def what(self) -> str:
        """Return the name of what is removed."""
        raise TypeError(f"{type(self).__name__} has to say what it removes.")

    def remove(self) -> None:
        """Remove the second factor."""
        raise TypeError(f"{type(self).__name__} has to say how it removes.")

    def go_on(self, form: PasswordCheckForm) -> HttpResponse:
        with record_lock(f"second factors of operator {self.operator.pk}"):
            self.operator.refresh_from_db()
            words = _("You removed %(what)s.") % {"what": self.what()}
            if self.is_kept():
                return self.ask(form, 422)
            self.remove()
            factors.drop_useless_recovery_codes(self.operator)
        confirmation.end_other_sessions(self.request)
        return self.done("removeSecondFactor", words)


class AppRemove(RemoveView):
    """Removes the authenticator app."""

    def what(self) -> str:
        if not hasattr(self.operator, "totp_key"):
            raise Http404
        return _("the authenticator app")

    def remove(self) -> None:
        self.operator.totp_key.delete()


class PasskeyRemove(RemoveView):
    """Removes a passkey."""

    def what(self) -> str:
        return _("the passkey “%(name)s”") % {"name": self.passkey().name}

    def passkey(self) -> Any:
        return get_object_or_404(self.operator.passkeys, pk=self.kwargs["passkey"])

    def remove(self) -> None:
        self.passkey().delete()


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
