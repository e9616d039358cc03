"""Self-registration: the page that programs use, in JSON, and the pages of the link that confirms an e-mail address."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.core.views import PortalView
from portal.enrolment.forms import EnrolmentForm
from portal.enrolment.models import AccountRequest
from portal.enrolment.offers import enrolment_offers
from portal.enrolment.services import (
    AddressTaken,
    Outcome,
    TooManyRegistrations,
    confirm_request,
    find_request,
    request_account,
)
from portal.ngnpro import errors
from portal.people.client_address import client_address, source_of
from portal.people.links import hash_of_token

log = logging.getLogger(__name__)

OPENED = "registration"
VALUE_ERROR, USER_EXISTS, INTERNAL_ERROR = "value_error", "user_exists", "internal_error"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Store what a program asks for on behalf of a person; the answer has the members of CDRTool's.

    It needs no token against forged requests: it acts for nobody who is signed in, and changes nothing before the
    person has confirmed.
    """
    offers = enrolment_offers()
    if not offers:
        raise Http404
    if request.method != "POST":
        return _failed(VALUE_ERROR, _("Send the values of the form by POST."), HTTPStatus.METHOD_NOT_ALLOWED)
    form = EnrolmentForm(request.POST, offers)
    if not form.is_valid():
        return _failed(VALUE_ERROR, form.first_error())
    try:
        return _request(form, request)
    except AddressTaken:
        return _failed(USER_EXISTS, _("This address is taken. Choose another username."))
    except TooManyRegistrations:
        text = _("Too many people have registered from your network or with this address. Please try again later.")
        return _failed(VALUE_ERROR, text, HTTPStatus.TOO_MANY_REQUESTS)
    except errors.NgnproError as error:
        log.warning("NGNPro: %s", error)
        return _failed(INTERNAL_ERROR, _("The platform does not answer. Please try again later."), 503)


def _request(form: EnrolmentForm, request: HttpRequest) -> HttpResponse:
    stored = request_account(form.cleaned_data, form.offer, source_of(request))
    answer = {
        "success": True,
        "sip_address": stored.address,
        "email": stored.email,
        "confirmation": "email",
        "error_message": _("A mail with a link was sent to you. The account is added when you open it and confirm."),
    }
    return JsonResponse({**answer, **form.offer.answer()})


def _failed(kind: str, text: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return JsonResponse({"success": False, "error": kind, "error_message": text}, status=status)


class RegistrationPage(PortalView):
    """A page of the link that confirms a registration; shows a message if the link is not valid."""

    template_name = "enrolment/confirm.html"

    def show_invalid_link(self) -> HttpResponse:
        return self.show(404, is_invalid=True)


class RegistrationLink(RegistrationPage):
    """Store in the session that the link was opened, and redirect, so that no token stays in the address bar."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        found = find_request(token_hash=hash_of_token(token))
        if found is None:
            return self.show_invalid_link()
        request.session[OPENED] = str(found.pk)
        return HttpResponseRedirect(reverse("enrolment:confirm"))


class RegistrationConfirm(RegistrationPage):
    """Ask for confirmation, so that programs that open links in mails add no account; then add it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = self.find()
        return self.show(asked=found) if found else self.show_invalid_link()

    def post(self, request: HttpRequest) -> HttpResponse:
        found = self.find()
        if found is None:
            return self.show_invalid_link()
        outcome = confirm_request(found, client_address(request))
        if outcome is Outcome.INVALID:
            return self.show_invalid_link()
        if outcome is Outcome.TAKEN:
            return self.show(409, asked=found, is_taken=True)
        del request.session[OPENED]
        return self.show(added=found)

    def find(self) -> AccountRequest | None:
        known: Any = self.request.session.get(OPENED)
        return find_request(pk=known) if known else None
