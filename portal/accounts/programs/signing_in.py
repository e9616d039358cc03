"""Who sends a request of a program: by HTTP digest, by HTTP basic authentication, by a token or a certificate.

The session of a browser is never used. A browser sends its cookie with requests that other websites make, and programs
change settings with GET; so a cookie would let any website do that. Tries count like those on the sign-in page.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from ngnpro_wire.facts.passwords import spellings_of_password
from portal.ngnpro import Engine
from portal.ngnpro.records import SipAccount
from portal.people.identification import find_account, find_on_engines, find_subscriber
from portal.people.lockouts import LINKS, counted_try, forget_tries, take_back

from . import digest
from .certificates import account_of_certificate
from .digest import DigestAnswer
from .tokens import account_of_token

Program = tuple[Engine, SipAccount]
TOKEN_TRIES = f"{LINKS}program token"


@dataclass
class NotSignedIn(Exception):
    """The request proves no account. ``stale``: only the nonce was too old; ``name``: whose password was wrong."""

    stale: bool = False
    name: str = ""


def program_of(request: HttpRequest) -> Program:
    """Return the account that a request proves, with its NGNPro server.

    Raises ``NotSignedIn``, ``people.lockouts.LockedOut``, and errors of NGNPro.
    """
    scheme, _blank, given = request.headers.get("Authorization", "").strip().partition(" ")
    match scheme.lower():
        case "digest":
            return _by_digest(request, given)
        case "basic":
            return _by_password(request, given)
        case "bearer":
            return _by_token(request, given.strip())
        case "" if found := account_of_certificate(request):
            return found
    raise NotSignedIn


def _by_digest(request: HttpRequest, given: str) -> Program:
    answer = DigestAnswer.parse(given)
    if answer is None or answer.realm != digest.realm_of(request) or not digest.is_our_nonce(answer.nonce):
        raise NotSignedIn
    if not answer.is_for(request):
        raise NotSignedIn(name=answer.address)
    with counted_try(request, answer.address) as attempt:
        found = _find(answer.address, lambda engine: find_account(engine, answer.address, _proves(answer, request)))
        if found is None:
            raise NotSignedIn(name=answer.address)
        if not digest.is_fresh(answer.nonce) or not answer.use_up():
            take_back(attempt)
            raise NotSignedIn(stale=True)
    forget_tries(request, answer.address)
    return found


def _proves(answer: DigestAnswer, request: HttpRequest) -> Callable[[SipAccount], bool]:
    return lambda account: answer.is_right(account, request.method or "")


def _by_password(request: HttpRequest, given: str) -> Program:
    try:
        name, _colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise NotSignedIn from None
    address = name if "@" in name else f"{name}@{digest.realm_of(request)}"
    with counted_try(request, address):
        tried = (_by_spelling(address, spelling) for spelling in spellings_of_password(password))
        found = next(filter(None, tried), None)
        if found is None:
            raise NotSignedIn(name=address)
    forget_tries(request, address)
    return found


def _by_spelling(address: str, password: str) -> Program | None:
    return _find(address, lambda engine: find_subscriber(engine, address, password))


def _by_token(request: HttpRequest, token: str) -> Program:
    with counted_try(request, TOKEN_TRIES) as attempt:
        found = account_of_token(token)
        if found is None:
            raise NotSignedIn(name=TOKEN_TRIES)
        take_back(attempt)
    return found


def _find(address: str, on_engine: Callable[[Engine], SipAccount | None]) -> Program | None:
    def find(engine: Engine) -> tuple[Program, int] | None:
        account = on_engine(engine)
        return ((engine, account), account.reseller) if account else None

    return find_on_engines(address, find)
