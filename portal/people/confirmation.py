"""Asks for the current password again before a person changes how they sign in, because anyone may use an open browser.

After the right password, the session is confirmed for ``PORTAL_CONFIRMATION_MINUTES``, so that several changes in a row
ask only once. A wrong password counts as a failed sign-in. A viewer who acts for a customer is not asked for the
customer's password.
"""

from __future__ import annotations

import hmac
import time
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.passwords import spellings_of_password
from portal.core import sealing, servers
from portal.core.fields import SecretField
from portal.core.form_views import EditView
from portal.core.forms import RecordForm
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Role
from portal.ngnpro.records.base import Record
from portal.people import sessions
from portal.people.identification import find_subscriber
from portal.people.lockouts import LockedOut, counted_try, require_unlocked, take_back
from portal.people.operators.models import Operator
from portal.people.viewers import PERSON, SIGNED_ON, seal_login

R = TypeVar("R", bound=Record)

FIELD = "current_password"
CONFIRMED = "password confirmed"


class CurrentPasswordField(SecretField):
    """The password that a person signs in with now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Your current password"), **kwargs})
        self.widget.attrs |= {"autocomplete": "current-password"}


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether this session's person confirmed their password within the last minutes."""
    confirmed = request.session.get(CONFIRMED)
    if confirmed is None or confirmed["person"] != sessions.person_of(request.session):
        return False
    return bool(0 <= time.time() - confirmed["at"] < settings.CONFIRMATION_SECONDS)


def remember_confirmation(request: HttpRequest) -> None:
    """Store in the session that its person has just entered the right password."""
    request.session[CONFIRMED] = {"person": sessions.person_of(request.session), "at": time.time()}


def forget_confirmation(request: HttpRequest) -> None:
    """Delete the confirmation, so that the next change asks for the password again."""
    request.session.pop(CONFIRMED, None)


def why_not_confirmed(request: PortalRequest, typed: str, *, always: bool = False) -> str:
    """Check the current password unless it was confirmed recently; return why it is not confirmed, empty if it is.

    ``always``: check it even if it was confirmed recently. Raises ``Outage`` if NGNPro is needed and does not answer.
    """
    if is_confirmed(request) and not always:
        return ""
    if not has_password(request):
        return ask_provider(request)
    if not typed:
        return _("Type your current password to confirm it is you. Nothing was changed yet.")
    try:
        with counted_try(request, request.viewer.login) as attempt:
            if not is_current_password(request, typed):
                require_unlocked(request, request.viewer.login)
                return _("This is not your password. Nothing was changed.")
            take_back(attempt)
    except LockedOut:
        return _("Too many wrong passwords. Nothing was changed. Please wait some minutes.")
    remember_confirmation(request)
    return ""


def has_password(request: PortalRequest) -> bool:
    """Return whether this session's person can type a password: whom a provider has signed in may have none."""
    if isinstance(request.user, Operator):
        return request.user.has_usable_password()
    return SIGNED_ON not in request.session


def ask_provider(request: PortalRequest) -> str:
    """Return what somebody does who signed in with a provider, with a link that comes back to this page."""
    url = f"{reverse('people:single_sign_on:start')}?{urlencode({'again': 1, 'next': request.get_full_path()})}"
    return format_html(
        '{} <a href="{}">{}</a>',
        _("You have no password here, so your provider has to confirm that it is you. Nothing was changed yet."),
        url,
        _("Sign in there again"),
    )


def confirm_form(request: PortalRequest, form: forms.BaseForm) -> bool:
    """Check the current password of a valid form, and add an error if it is refused; return whether the form is valid.

    Raises ``Outage`` if NGNPro is needed and does not answer.
    """
    if form.is_valid() and (reason := why_not_confirmed(request, form.cleaned_data.get(FIELD) or "")):
        form.add_error(FIELD if FIELD in form.fields else None, reason)
    return form.is_valid()


def is_current_password(request: PortalRequest, typed: str) -> bool:
    """Return whether a password is the one that this session's person signs in with."""
    viewer = request.viewer
    if isinstance(request.user, Operator):
        return request.user.check_password(typed)
    if viewer.role is Role.SUBSCRIBER:
        engine = servers.engine(viewer.engine)
        return any(find_subscriber(engine, viewer.account, spelling) for spelling in spellings_of_password(typed))
    password = sealing.unseal(request.session[PERSON]["sealed"]).partition("\n")[2]
    return any(hmac.compare_digest(spelling.encode(), password.encode()) for spelling in spellings_of_password(typed))


def end_other_sessions(request: HttpRequest) -> None:
    """End all other sessions of this session's person."""
    sessions.end_all_sessions(sessions.person_of(request.session), but=request.session)


class ConfirmedEdit(EditView[R], Generic[R]):
    """An edit page on which people need their current password to change their own password or e-mail address."""

    guarded: ClassVar[tuple[str, ...]] = ("email", "password")

    def is_guarded(self) -> bool:
        """Return whether the record belongs to the person who signed in, and they act for no one else."""
        raise TypeError(f"{type(self).__name__} has to say whose record it edits.")

    def make_form(self, **kwargs: Any) -> RecordForm[R]:
        form = super().make_form(**kwargs)
        if self.is_guarded() and not is_confirmed(self.request):
            form.fields[FIELD] = CurrentPasswordField(
                help_text=_("Needed to change your e-mail address or password; leave it empty otherwise.")
            )
        return form

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        before = context.get("record")
        changed = {name for name in self.guarded if getattr(before, name, "") != getattr(wanted, name, "")}
        if not changed or not self.is_guarded():
            return super().save(form, wanted, **context)
        if reason := why_not_confirmed(self.request, form.cleaned_data.get(FIELD, "")):
            form.fields.setdefault(FIELD, CurrentPasswordField())
            form.add_error(FIELD, forms.ValidationError(reason))
            return self.refuse(form, **context)
        return super().save(form, wanted, **context)

    def write(self, before: R | None, wanted: R) -> R | None:
        stored = super().write(before, wanted)
        if self.is_guarded() and any(getattr(before, name, "") != getattr(wanted, name, "") for name in self.guarded):
            self.keep_signed_in(wanted)
            end_other_sessions(self.request)
            if getattr(before, "password", "") != getattr(wanted, "password", ""):
                forget_confirmation(self.request)
        return stored

    def keep_signed_in(self, wanted: R) -> None:
        """Store the new password of a reseller or customer in their session, which uses it for calls to NGNPro."""
        person, password = self.request.session.get(PERSON), getattr(wanted, "password", "")
        if person and person["sealed"] and password:
            self.request.session[PERSON] = {**person, "sealed": seal_login(person["login"], password)}
