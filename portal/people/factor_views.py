"""The pages that add and remove second factors, the same for operators, resellers and customers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.record_locks import record_lock
from portal.core.sealing import keep_secret_once
from portal.people import confirmation, passkeys
from portal.people.confirmed_views import APP_KEY, CODES, ConfirmedFormView, app_key, app_key_shown
from portal.people.models import Passkey
from portal.people.passkeys import PasskeyOwner


class FactorView(ConfirmedFormView):
    """A page about the second factors of ``owner``, an operator or the row of a reseller or customer."""

    @property
    def owner(self) -> PasskeyOwner:
        """Whose second factors they are."""
        raise TypeError(f"{type(self).__name__} has to say whose second factors they are.")

    def done(self, operation: str, words: str) -> HttpResponse:
        """Journal an action, add a message about it, and redirect to the account."""
        raise TypeError(f"{type(self).__name__} has to say where it goes.")


class AddFactorView(FactorView):
    """Adds a second factor, and recovery codes if there are none."""

    codes_page: ClassVar[str]

    def first_codes(self) -> list[str]:
        """Return new recovery codes; none if there are some already."""
        raise TypeError(f"{type(self).__name__} has to say how it makes recovery codes.")

    def added(self, operation: str, words: str) -> HttpResponse:
        confirmation.end_other_sessions(self.request)
        codes, answer = self.first_codes(), self.done(operation, words)
        if not codes:
            return answer
        keep_secret_once(self.request, CODES, "\n".join(codes))
        return HttpResponseRedirect(reverse(self.codes_page))


class AddAppView(AddFactorView):
    """Adds an authenticator app: shows the key as QR code and text until a code proves that the app has it."""

    template_name = "people/own/app.html"

    @property
    def login(self) -> str:
        """The name that the app shows."""
        raise TypeError(f"{type(self).__name__} has to say who signs in.")

    def add_app(self, secret: str, code: str) -> bool:
        """Store the key of the app, in place of an earlier one; return whether the code is right."""
        raise TypeError(f"{type(self).__name__} has to say how it adds the app.")

    def more(self) -> dict[str, Any]:
        return app_key_shown(app_key(self.request), self.login)

    def go_on(self, form: Any) -> HttpResponse:
        if not self.add_app(app_key(self.request), form.cleaned_data["code"]):
            form.add_error("code", _("This code is not valid. Check that the clock of your phone is correct."))
            return self.ask(form, 422)
        del self.request.session[APP_KEY]
        return self.added("addAuthenticatorApp", _("From now on you sign in with a code of your app as well."))


class AddPasskeyView(AddFactorView):
    """Adds a passkey that the browser creates."""

    template_name = "people/own/passkey.html"

    def more(self) -> dict[str, Any]:
        if not passkeys.can_use_passkeys(self.request):
            return {"possible": False, "options": ""}
        return {"possible": True, "options": passkeys.creation_options(self.request, self.owner)}

    def go_on(self, form: Any) -> HttpResponse:
        made = form.cleaned_data
        if passkeys.add_passkey(self.request, self.owner, made["passkey"], made["name"]) is None:
            form.add_error("name", _("Your browser did not return a usable passkey. Please try again."))
            return self.ask(form, 422)
        return self.added("addPasskey", _("From now on you sign in with the passkey as well."))


class RemoveFactorView(FactorView):
    """Removes a second factor, and the recovery codes with the last one."""

    template_name = "people/own/remove.html"

    def is_last(self) -> bool:
        return self.owner.factors_left() == 1

    def must_have_factor(self) -> bool:
        """Return whether the owner must have a second factor."""
        raise TypeError(f"{type(self).__name__} has to say who must have one.")

    def is_kept(self) -> bool:
        """Return whether the second factor cannot be removed, because one is required and it is the last."""
        return self.is_last() and self.must_have_factor()

    def more(self) -> dict[str, Any]:
        return {"what": self.what(), "is_last": self.is_last(), "is_kept": self.is_kept()}

    def what(self) -> str:
        """Return the name of what is removed; raises ``Http404`` if it does not exist."""
        raise TypeError(f"{type(self).__name__} has to say what it removes.")

    def remove(self) -> None:
        """Remove the second factor."""
        raise TypeError(f"{type(self).__name__} has to say how it removes.")

    def drop_useless_codes(self) -> None:
        """Delete the recovery codes if no second factor is left that they could replace."""
        raise TypeError(f"{type(self).__name__} has to say which codes go.")

    def go_on(self, form: Any) -> HttpResponse:
        with record_lock(f"second factors of {self.owner._meta.model_name} {self.owner.pk}"):
            self.owner.refresh_from_db()
            words = _("You removed %(what)s.") % {"what": self.what()}
            if self.is_kept():
                return self.ask(form, 422)
            self.remove()
            self.drop_useless_codes()
        confirmation.end_other_sessions(self.request)
        return self.done("removeSecondFactor", words)


class RemovePasskeyView(RemoveFactorView):
    """Removes a passkey."""

    def what(self) -> str:
        return _("the passkey “%(name)s”") % {"name": self.passkey().name}

    def passkey(self) -> Passkey:
        return get_object_or_404(self.owner.passkeys, pk=self.kwargs["passkey"])

    def remove(self) -> None:
        self.passkey().delete()
