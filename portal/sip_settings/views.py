"""The page that answers programs of subscribers in JSON, compatible with CDRTool's ``sip_settings.phtml?action=``.

A program proves an account with each request (``accounts.programs.signing_in``); sessions of browsers are ignored.
Therefore the page needs no token against forged requests, and actions that change something may come by GET, as phones
send them. A browser that has stored a password of HTTP authentication would send that with requests of other websites,
too, so requests that a browser marks as made by another website change nothing.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.accounts.programs import digest
from portal.accounts.programs.actions import ACTIONS, ProgramAction, why_not_carried_out
from portal.accounts.programs.caller import InvalidRequest, ProgramCaller, failed
from portal.accounts.programs.signing_in import NotSignedIn, Program, program_of
from portal.core.error_pages import explain_error
from portal.core.places import place_of
from portal.core.portal_request import PortalRequest
from portal.core.writes import Author, Writes
from portal.ngnpro import errors
from portal.people.client_address import client_address, source_of
from portal.people.identification import viewer_of_account
from portal.people.lockouts import LockedOut, counted_name
from portal.people.viewers import ngnpro_for

log = logging.getLogger(__name__)

# What browsers say of the page that made a request (Fetch Metadata Request Headers, section 2.3).
OWN_SITES = frozenset({"", "none", "same-origin"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sip_settings(request: PortalRequest) -> HttpResponseBase:
    """Carry out the action that a program asks for, or open the portal's own pages for a person without one."""
    name = request.GET.get("action", "")
    if not name and request.method != "POST":
        return HttpResponseRedirect("/")
    if name == "get_location":
        return _json(_location(request))
    try:
        return _answer(request, name or request.POST.get("action", ""), program_of(request))
    except NotSignedIn as reason:
        return _ask_for_login(request, reason)
    except LockedOut as lock:
        response = _json(failed(_("Too many wrong passwords. Please wait some minutes.")), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(int(lock.left.total_seconds()) + 1)
        return response
    except InvalidRequest as invalid:
        return _json(failed(str(invalid)), HTTPStatus.UNPROCESSABLE_ENTITY)
    except errors.NgnproError as error:
        return _explain(error)


def _location(request: HttpRequest) -> dict[str, str]:
    """Return where the program is by its own address; it needs no login, as in CDRTool."""
    place = place_of(client_address(request))
    return {"country": place.country, "city": place.city, "code": place.code, "region": place.region}


def _answer(request: PortalRequest, name: str, program: Program) -> HttpResponseBase:
    action = ACTIONS.get(name)
    if action is None:
        return _json(failed(_("There is no such action.")), HTTPStatus.NOT_FOUND)
    caller = _caller(request, program)
    if reason := why_not_carried_out(action, caller) or _why_forged(request, action):
        return _json(failed(reason), HTTPStatus.FORBIDDEN)
    found = action.run(caller)
    return found if isinstance(found, HttpResponseBase) else _json(found)


def _caller(request: PortalRequest, program: Program) -> ProgramCaller:
    """Let the request be one of the account's user, whoever is signed in to the browser that sent it."""
    engine, account = program
    request.viewer = viewer_of_account(engine, account)
    request.writes = Writes(Author(request.viewer, client_address(request)))
    request.ngnpro = ngnpro_for(request)
    return ProgramCaller(request, account, {**request.GET.dict(), **request.POST.dict()})


def _why_forged(request: HttpRequest, action: ProgramAction) -> str:
    if action.writes and request.headers.get("Sec-Fetch-Site", "") not in OWN_SITES:
        return _("Another website made this request. Nothing was changed.")
    return ""


def _ask_for_login(request: HttpRequest, reason: NotSignedIn) -> HttpResponse:
    if reason.name:
        log.warning("Wrong login of a program for %s from %s", counted_name(reason.name), source_of(request))
    response = _json(failed(_("Sign in with the SIP address and its password.")), HTTPStatus.UNAUTHORIZED)
    response.headers["WWW-Authenticate"] = digest.challenge(digest.realm_of(request), stale=reason.stale)
    return response


def _explain(error: errors.NgnproError) -> HttpResponse:
    log.warning("NGNPro: %s", error)
    explained = explain_error(error)
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, errors.Outage) else HTTPStatus.CONFLICT
    return _json(failed(f"{explained.what} {explained.next_step}".strip()), status)


def _json(found: Any, status: int = HTTPStatus.OK) -> JsonResponse:
    return JsonResponse(found, safe=False, status=status)
