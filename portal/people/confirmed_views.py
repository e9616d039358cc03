"""What the pages about one's own sign-in share: a form confirmed by the password, and a new authenticator app."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse

from portal.core import sealing
from portal.core.views import PortalView
from portal.people.confirmation import confirm_form
from portal.people.factors import new_totp_key, otpauth_url, qr_code_of

APP_KEY, APP_SECONDS = "authenticator app", 15 * 60
CODES = "recovery codes"


class ConfirmedFormView(PortalView):
    """A page with a form that asks for the password, unless it was asked for a short while ago."""

    form_class: ClassVar[type[forms.Form]]

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.ask(self.make_form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        return self.go_on(form) if confirm_form(self.request, form) else self.ask(form, 422)

    def make_form(self, data: Any = None) -> Any:
        """Return the form, bound to ``data`` if it is given."""
        raise TypeError(f"{type(self).__name__} has to make its form.")

    def ask(self, form: Any, status: int = 200) -> HttpResponse:
        return self.show(status, form=form, **self.more())

    def more(self) -> dict[str, Any]:
        """Return additional template context."""
        return {}

    def go_on(self, form: Any) -> HttpResponse:
        """Carry out the action of the form, after the password was confirmed."""
        raise TypeError(f"{type(self).__name__} has to say what it does.")


def app_key(request: HttpRequest) -> str:
    """Return the key of the authenticator app that is being added: the one in the session, or a new one.

    The session keeps it sealed for ``APP_SECONDS``.
    """
    kept = request.session.get(APP_KEY, "")
    secret = sealing.unseal(kept, APP_SECONDS) if kept else ""
    if not secret:
        secret = new_totp_key()
        request.session[APP_KEY] = sealing.seal(secret)
    return secret


def app_key_shown(secret: str, login: str) -> dict[str, Any]:
    """Return the key as template context: ``picture`` (a QR code as SVG) and ``letters`` in groups of four."""
    letters = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": qr_code_of(otpauth_url(secret, login)), "letters": letters}
