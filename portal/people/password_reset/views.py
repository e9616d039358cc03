"""Pages for forgotten passwords. None of them reveals whether an account exists."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.error_pages import explain_error
from portal.core.passwords import strength_notes
from portal.core.views import PortalView
from portal.ngnpro import errors
from portal.people import links
from portal.people.client_address import client_address, source_of
from portal.people.models import OneUseLink
from portal.people.tasks import answer_link_request

from . import services
from .forms import ForgottenForm, NewPasswordForm

LINK = "password link"


class PasswordForgotten(PortalView):
    """Takes a request for a link, which a worker sends; the answer does not reveal whether an account exists."""

    template_name = "people/password_reset/forgotten.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=ForgottenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ForgottenForm(request.POST)
        if not form.is_valid():
            return self.show(422, form=form)
        try:
            stored = services.request_password_link(form.cleaned_data["typed"].strip(), source_of(request))
        except services.TooManyRequests:
            form.add_error(None, _("Too many links were requested from your network. Please wait an hour."))
            return self.show(429, form=form)
        if stored is not None:
            pk = stored.pk
            transaction.on_commit(lambda: answer_link_request.delay(pk), robust=True)
        return self.show(typed=form.cleaned_data["typed"])


class PasswordLinkView(PortalView):
    """A page for the person of a link; if the link is not valid, it shows how to get another."""

    template_name = "people/password_reset/new-password.html"

    def show_invalid_link(self) -> HttpResponse:
        return self.show(404, is_invalid=True)


class PasswordLink(PasswordLinkView):
    """Stores an opened link in the session, and redirects, so that its token does not stay in the address bar."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = links.find_password_link(token)
        if link is None:
            return self.show_invalid_link()
        request.session[LINK] = str(link.pk)
        return HttpResponseRedirect(reverse("people:password_reset:new"))


class NewPassword(PasswordLinkView):
    """Sets the new password, and marks the link as used. The person still has to sign in, with any second factor."""

    def get(self, request: HttpRequest) -> HttpResponse:
        link = self.find_link()
        return self.ask(link, self.make_form(link)) if link else self.show_invalid_link()

    def post(self, request: HttpRequest) -> HttpResponse:
        link = self.find_link()
        if link is None:
            return self.show_invalid_link()
        form = self.make_form(link, request.POST)
        if not form.is_valid():
            return self.ask(link, form, 422)
        try:
            is_set = services.set_password_by_link(link, form.cleaned_data["new_password"], client_address(request))
        except errors.NgnproError as error:
            form.add_error("new_password", explain_error(error).what)
            return self.ask(link, form, 422)
        return self.done(form) if is_set else self.show_invalid_link()

    def find_link(self) -> OneUseLink | None:
        known = self.request.session.get(LINK)
        return links.find_unused_link(pk=known, purpose__in=links.PASSWORD_PURPOSES) if known else None

    def make_form(self, link: OneUseLink, data: object = None) -> NewPasswordForm:
        return NewPasswordForm(data, link=link)

    def ask(self, link: OneUseLink, form: NewPasswordForm, status: int = 200) -> HttpResponse:
        return self.show(status, form=form, link=link)

    def done(self, form: NewPasswordForm) -> HttpResponse:
        """End the session, whoever was signed in, and redirect to the sign-in page."""
        self.request.session.flush()
        words = _("The new password is set. Sign in with it.")
        messages.success(self.request, " ".join([words, *strength_notes(form)]))
        return HttpResponseRedirect(reverse("people:sign_in:sign-in"))
