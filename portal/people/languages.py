"""The language of a request: a choice of the person or the browser, or what account, browser or reseller ask for.

A choice is stored per person and, for the pages before sign-in, in a cookie of the browser. A session holds the choice
of its person, so that a request needs no query for it: in other browsers, a new choice applies from the next sign-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.mail.text.brand import language_of_pages
from portal.people import sessions
from portal.people.models import PersonLanguage
from portal.people.viewers import PERSON

CHOSEN = "language"


class LanguageMiddleware(LocaleMiddleware):
    """Activates the language of each request; responses say that they depend on cookies and Accept-Language."""

    def process_request(self, request: HttpRequest) -> None:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ("Cookie",))
        return super().process_response(request, response)


def language_of(request: HttpRequest) -> str:
    """Return the language of a request, one of the settings.

    The first of these that the portal has: the choice of the person who is signed in, that of the browser, the language
    of the subscriber's account, the languages that the browser asks for, that of the reseller's brand, the default.
    """
    return next(filter(None, map(offered, _wishes(request))), settings.DEFAULT_LANGUAGE)


def offered(wish: str) -> str:
    """Return the language of the portal for a wish (``nl``, ``nl-BE``); empty if it has none."""
    try:
        return translation.get_supported_language_variant(wish) if wish else ""
    except LookupError:
        return ""


def _wishes(request: HttpRequest) -> Iterator[str]:
    session: Mapping[str, Any] = request.session if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
    person = session.get(PERSON) or {}
    yield session.get(CHOSEN, "")
    yield request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    yield person.get("language", "")
    yield from (code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    yield language_of_pages(person.get("engine", ""), person.get("reseller", 0), request.META.get("HTTP_HOST", ""))


def choose_language(request: HttpRequest, language: str) -> None:
    """Store the language that a person chooses for themselves, for this session and later ones; empty to forget it."""
    person = sessions.person_of(request.session)
    if not person:
        return
    if language:
        request.session[CHOSEN] = language
        PersonLanguage.objects.update_or_create(person=person, defaults={"language": language})
    else:
        request.session.pop(CHOSEN, None)
        PersonLanguage.objects.filter(person=person).delete()


def recall_language(request: HttpRequest) -> None:
    """Put the language that a person has chosen earlier into their new session."""
    person = sessions.person_of(request.session)
    if row := PersonLanguage.objects.filter(person=person).first():
        request.session[CHOSEN] = row.language
