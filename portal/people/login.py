"""Signing in, as an operator of the portal, a customer of NGNPro, or the user of a SIP account.

No answer reveals whether the name or the password is wrong, or what role the name belongs to. NGNPro servers may lock a
login after wrong passwords from anyone. So the portal counts tries itself before it calls NGNPro (``lockouts``), and
never tries passwords for its own NGNPro account.

Between the two steps of signing in, the password was right and the second factor is not checked yet. That lasts five
minutes, in which no one is signed in. Tries are counted per operator (``factors``).
"""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ngnpro_wire.facts.passwords import spellings_of_password
from portal.core import servers
from portal.core.writes import Author, Writes
from portal.ngnpro import Engine, errors
from portal.ngnpro.abilities import learn_abilities
from portal.ngnpro.records import SipAccount
from portal.people.client_address import client_address, source_of
from portal.people.customer_factors import factor_of
from portal.people.identification import identify, person_of_account
from portal.people.lockouts import counted_name, counted_try, forget_tries, require_unlocked, take_back
from portal.people.operators.models import Operator
from portal.people.viewers import ENGINE, PERSON, REFUSED, SIGNED_ON, viewer_of

log = logging.getLogger(__name__)

OPERATOR_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(request: HttpRequest, name: str, password: str) -> bool:
    """Sign a person in and return whether name and password were right.

    An operator with a second factor still has to prove it afterwards (``SecondStep``). Raises ``LockedOut`` before
    NGNPro is called if the name is locked out, and after a wrong password that starts a lockout; and the errors of
    ``identify``.
    """
    try:
        is_right = _sign_in_counted(request, name, password)
    except errors.Refusal as refusal:
        log.warning("The sign-in of %s from %s was refused: %s", counted_name(name), source_of(request), refusal)
        require_unlocked(request, name)
        raise
    if not is_right:
        log.warning("Wrong name or password of %s from %s", counted_name(name), source_of(request))
        require_unlocked(request, name)
    return is_right


def _sign_in_counted(request: HttpRequest, name: str, password: str) -> bool:
    with counted_try(request, name) as attempt:
        # Django hashes the password for unknown names as well, so that the time taken does not reveal if a name exists.
        operator = ModelBackend().authenticate(request, username=name, password=password)
        if operator is not None and not (operator.may_use_password and may_enter(request, operator)):
            return False
        if operator is not None:
            take_back(attempt)
            admit_operator(request, operator)
            return True
        person = next(filter(None, (identify(name, spelling) for spelling in spellings_of_password(password))), None)
        if person is not None:
            take_back(attempt)
    if person is not None:
        admit_person(request, person)
    return person is not None


def admit_operator(request: HttpRequest, operator: Operator, signed_on: dict[str, Any] | None = None) -> None:
    """Sign in an operator who has proved the password, or begin the second step if they have a second factor.

    ``signed_on``: instead of the password, a provider has proved who they are (``SIGNED_ON``); ``second_factor`` in it
    says whether the provider has checked one that takes the place of theirs.
    """
    if not operator.has_second_factor() or (signed_on and signed_on["second_factor"]):
        sign_in_operator(request, operator, signed_on)
        return
    _start_new_session(request)
    start_second_step(request, operator)
    request.session[HALF_SIGN_IN] |= {SIGNED_ON: signed_on}


def admit_person(request: HttpRequest, person: dict[str, Any], signed_on: dict[str, Any] | None = None) -> None:
    """Sign in a reseller, customer or subscriber as ``admit_operator`` does with an operator."""
    if factor_of(person) is None:
        sign_in_person(request, person, signed_on)
        return
    _start_new_session(request)
    until = time.time() + SECOND_STEP_SECONDS
    request.session[HALF_SIGN_IN] = {"person": person, "until": until, SIGNED_ON: signed_on}


def sign_in_person(request: HttpRequest, person: dict[str, Any], signed_on: dict[str, Any] | None = None) -> None:
    """Sign in a reseller, customer or subscriber who has proved the password and the second factor, if any."""
    signed_on = signed_on or _signed_on_in_half(request)
    _start_new_session(request)
    request.session[PERSON] = person
    forget_tries(request, person["login"])
    _note_sign_on(request, signed_on)


def may_enter(request: HttpRequest, operator: Operator) -> bool:
    """Return whether an operator may sign in today and from this address; the answer says nothing of the reason."""
    address = client_address(request)
    may = not operator.has_expired and operator.may_come_from(address)
    if not may:
        log.warning("%s may not sign in from %s: expired or another network", operator.username, address)
    return may


def sign_in_operator(request: HttpRequest, operator: Operator, signed_on: dict[str, Any] | None = None) -> None:
    """Sign in an operator who has proved the password and, if they have one, the second factor."""
    signed_on = signed_on or _signed_on_in_half(request)
    _start_new_session(request)
    login(request, operator, backend=OPERATOR_BACKEND)
    choose_engine(request, operator.tree_engine if operator.tree else "")
    forget_tries(request, operator.username)
    _note_sign_on(request, signed_on)


def _signed_on_in_half(request: HttpRequest) -> dict[str, Any] | None:
    found: dict[str, Any] | None = request.session.get(HALF_SIGN_IN, {}).get(SIGNED_ON)
    return found


def _note_sign_on(request: HttpRequest, signed_on: dict[str, Any] | None) -> None:
    """Store in the session and in the journal that a provider has proved who the person is."""
    if signed_on:
        request.session[SIGNED_ON] = signed_on
        writes = Writes(Author(viewer_of(request), client_address(request)))
        writes.record_operation("signInWithProvider", about=(SIGNED_ON, signed_on["name"]))


def _start_new_session(request: HttpRequest) -> None:
    """Delete the session and its data, so that nothing of an earlier person is left."""
    request.session.flush()


def sign_in_user(request: HttpRequest, engine: Engine, account: SipAccount) -> None:
    """Sign in the user of an account who has proved it in another way than by password, such as by a certificate."""
    _start_new_session(request)
    request.session[PERSON] = person_of_account(engine, account)


def choose_engine(request: HttpRequest, name: str) -> None:
    """Choose the NGNPro server an operator works with, and store what it refuses to the portal's own credentials."""
    chosen = servers.engine(name)
    request.session[ENGINE] = chosen.name
    request.session[REFUSED] = []
    with contextlib.suppress(errors.Outage):
        request.session[REFUSED] = sorted(learn_abilities(servers.service_ngnpro(chosen.name)).refused)


HALF_SIGN_IN = "half signed in"
SECOND_STEP_SECONDS = 5 * 60


def start_second_step(request: HttpRequest, operator: Operator) -> None:
    """Store in the session whose password was right; it is no longer valid if that password is changed."""
    request.session[HALF_SIGN_IN] = {
        "operator": operator.pk,
        "proof": operator.get_session_auth_hash(),
        "until": time.time() + SECOND_STEP_SECONDS,
    }


def awaits_second_step(request: HttpRequest) -> bool:
    """Return whether the second step of signing in has been started and not finished."""
    return HALF_SIGN_IN in request.session


def operator_of_second_step(request: HttpRequest) -> Operator | None:
    """Return the operator who has to prove a second factor; ``None`` if there is no such operator or the time is up."""
    half = request.session.get(HALF_SIGN_IN)
    if half is None or half["until"] < time.time() or "operator" not in half:
        return None
    operator = Operator.objects.filter(pk=half["operator"], is_active=True).first()
    if (
        operator is None
        or not may_enter(request, operator)
        or not constant_time_compare(half["proof"], operator.get_session_auth_hash())
    ):
        return None
    return operator


def person_of_second_step(request: HttpRequest) -> dict[str, Any] | None:
    """Return the reseller or customer who has to prove a second factor; ``None`` if there is none or the time is up."""
    half = request.session.get(HALF_SIGN_IN)
    if half is None or half["until"] < time.time():
        return None
    person: dict[str, Any] | None = half.get("person")
    return person
