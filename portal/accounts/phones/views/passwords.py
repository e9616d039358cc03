"""Pages for the passwords of an account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.pages import AccountPage
from portal.accounts.phones.choices import SIP, WEB, why_not_set, why_not_shown
from portal.accounts.phones.forms import SetForm, ShowForm
from portal.core.forms import refusal_shown_at
from portal.core.passwords import strength_notes
from portal.core.sealing import hold_secret, keep_secret_once, take_secret
from portal.core.viewer import Role
from portal.mail.letters import services as letters
from portal.ngnpro.hashes import WEB_PASSWORD
from portal.people import confirmation

SET = {SIP: gettext_lazy("The SIP password was set."), WEB: gettext_lazy("The web password was set.")}


class PasswordsPage(AccountPage):
    """Set the SIP or web password; a generated or requested password is shown once after the redirect."""

    template_name = "accounts/phones/passwords.html"
    title = gettext_lazy("Passwords")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(made=take_secret(request, self.once(SIP)), made_web=take_secret(request, self.once(WEB)))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        which = WEB if request.POST.get("which") == WEB else SIP
        form = self.make_form(which, request.POST)
        if reason := why_not_set(which, self.account, self.request.viewer):
            form.add_error(None, reason)
        if form.is_valid() and self.is_own:
            confirmation.confirm_form(self.request, form)
        if not form.is_valid():
            return self.page(422, **{which: form})
        return self.set(form, which)

    @property
    def is_own(self) -> bool:
        """Return whether the viewer is the account's user; other viewers are not asked for the user's password."""
        return self.request.viewer.role is Role.SUBSCRIBER

    def make_form(self, which: str, data: QueryDict | None = None) -> SetForm:
        is_confirmed = not self.is_own or confirmation.is_confirmed(self.request)
        return SetForm(data, which=which, account=self.account, is_confirmed=is_confirmed)

    def set(self, form: SetForm, which: str) -> HttpResponse:
        wanted = form.to_record(self.account)
        if form.cleaned_data["make"]:
            hold_secret(self.request, _("Password"), form.cleaned_data["password"])
        with refusal_shown_at(form, "password"), self.request.writes.change(self.account, wanted) as write:
            write.stored = self.ngnpro.sip.update_account(wanted)
        if form.errors:
            return self.page(422, **{which: form})
        if self.is_own:
            confirmation.end_other_sessions(self.request)
            confirmation.forget_confirmation(self.request)
        if form.cleaned_data["make"]:
            keep_secret_once(self.request, self.once(which), form.cleaned_data["password"])
        if which == SIP:
            letters.offer_letter(self.request, str(self.sip_id), form.cleaned_data["password"])
        messages.success(self.request, " ".join([str(SET[which]), *strength_notes(form)]))
        return HttpResponseRedirect(reverse("accounts:phones:passwords", kwargs={"address": self.kwargs["address"]}))

    def once(self, which: str) -> str:
        """Return the key under which a password is stored to be shown once."""
        return f"{which} password of {self.sip_id}"

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        account, viewer = self.account, self.request.viewer
        given = {
            SIP: self.make_form(SIP),
            WEB: self.make_form(WEB),
            "why_not_sip": why_not_set(SIP, account, viewer),
            "why_not_shown": why_not_shown(account, viewer),
            "show_form": ShowForm() if self.is_own else None,
            "has_web_password": bool(account.get_property(WEB_PASSWORD)),
        }
        return self.show(status, **{**given, **context})


class ShowPassword(PasswordsPage):
    """Show a SIP password that the platform stores in clear text: once, on request, and with a journal entry.

    The account's user must enter their password first, even if they confirmed it recently on another page.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if reason := why_not_shown(self.account, self.request.viewer):
            messages.error(request, reason)
        elif self.is_own and (form := self.unconfirmed(ShowForm(request.POST))):
            return self.page(422, show_form=form)
        else:
            self.request.writes.record_operation("showPassword", self.account)
            keep_secret_once(request, self.once(SIP), self.account.password)
        return HttpResponseRedirect(reverse("accounts:phones:passwords", kwargs={"address": self.kwargs["address"]}))

    def unconfirmed(self, form: ShowForm) -> ShowForm | None:
        """Return the form with an error about the current password; ``None`` if the password is correct."""
        typed = form.cleaned_data[confirmation.FIELD] if form.is_valid() else ""
        if reason := confirmation.why_not_confirmed(self.request, typed, always=True):
            form.add_error(confirmation.FIELD, reason)
            return form
        return None
