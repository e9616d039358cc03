"""Finding out who a person is: an operator of the portal, a customer of NGNPro, or the user of a SIP account.

Nobody is told which half of a wrong login is wrong, or which kind of person the name belongs to.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from axes.utils import reset
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.core import second_step, service
from portal.core.auth import ACTING, ENGINE, PERSON, REFUSED, Role, seal_login
from portal.core.names import name_of
from portal.ngnpro import Credentials, Engine, Ngnpro, Query, Range, errors
from portal.ngnpro.abilities import learn
from portal.ngnpro.records import CustomerAccount, CustomerFilter, SipAccount, SipId
from portal.operators.models import Operator

# Properties of a customer that open something to him (contract: Ownership, resellers and rights). ``inherited`` ones
# count only when the customer's reseller has them, too.
OWN_RIGHTS = frozenset({"pstn_access", "sms_access", "prepaid_changes", "pstn_changes"})
INHERITED_RIGHTS = frozenset({"pstn_changes", "prepaid_changes"})
OPERATOR_BACKEND = "django.contrib.auth.backends.ModelBackend"
TRUE = frozenset({"1", "true", "yes", "on"})


def sign_in(request: HttpRequest, name: str, password: str) -> bool:
    """Sign a person in, or say no. An operator with a second factor is half signed in afterwards (``second_step``).

    Raises ``PermissionDenied`` while the name is paused for this source, and ``Outage`` when only NGNPro could tell.
    """
    check_pause(request, name)
    # Django's own check: an unknown name costs the same hashing as a known one.
    operator = ModelBackend().authenticate(request, username=name, password=password)
    if operator is not None:
        if operator.has_second_factor():
            _begin(request)
            second_step.begin(request, operator)
        else:
            enter(request, operator)
        return True
    person = identify(name, password)
    if person is None:
        note_failure(request, name)
        return False
    _begin(request)
    request.session[PERSON] = person
    _forgive(request, name)
    return True


def enter(request: HttpRequest, operator: Operator) -> None:
    """Sign an operator in who has proved all that he has to."""
    _begin(request)
    login(request, operator, backend=OPERATOR_BACKEND)
    choose_engine(request, "")
    _forgive(request, operator.username)


def check_pause(request: HttpRequest, name: str) -> None:
    """Raise ``PermissionDenied`` while the name is paused for this source."""
    if not AxesProxyHandler.is_allowed(request, counted_as(name)):
        raise PermissionDenied


def note_failure(request: HttpRequest, name: str) -> None:
    """Count a wrong try of a name from this source; too many pause it."""
    user_login_failed.send(__name__, credentials=counted_as(name), request=request)


def _forgive(request: HttpRequest, name: str) -> None:
    """Forget the wrong tries of a name from this source."""
    reset(username=counted_as(name)[Operator.USERNAME_FIELD], ip=get_client_ip_address(request))


def counted_as(name: str) -> dict[str, str]:
    """Write a name as the credentials that tries are counted by: however it is typed, it is one name."""
    return {Operator.USERNAME_FIELD: name.strip().casefold().removeprefix("sip:")}


def _begin(request: HttpRequest) -> None:
    """Start a session of one's own: nothing of another person's is left in it."""
    request.session.flush()


def choose_engine(request: HttpRequest, name: str) -> None:
    """Let an operator work with an NGNPro server, and learn what it refuses the portal's own credentials."""
    chosen = service.engine(name)
    request.session[ENGINE] = chosen.name
    request.session[REFUSED] = []
    with contextlib.suppress(errors.Outage):
        request.session[REFUSED] = sorted(learn(service.service_ngnpro(chosen.name)).refused)


def identify(name: str, password: str) -> dict[str, Any] | None:
    """Ask every NGNPro server, the usual one first, whether it knows this person."""
    find = identify_subscriber if "@" in name else identify_customer
    known = service.engines()
    for engine in known.for_reseller():
        person = find(engine, name, password)
        if person and engine.name in known.by_reseller.get(person["reseller"], known.engines):
            return person
    return None


def identify_customer(engine: Engine, username: str, password: str) -> dict[str, Any] | None:
    """Let NGNPro check a reseller's or customer's own login, and learn who that is and what he may."""
    if not username or not password or "\n" in username:
        return None
    ngnpro = Ngnpro(engine, Credentials(username, password, admin=False))
    try:
        own = _own_record(ngnpro, username)
        refused = learn(ngnpro).refused if own else {}
    except (errors.BadLogin, errors.NotPermitted):
        return None
    if own is None:
        return None
    return _person(
        Role.RESELLER if own.is_reseller else Role.CUSTOMER,
        engine,
        name=name_of(own),
        login=username,
        customer=own.id,
        reseller=own.reseller,
        reseller_active=own.reseller_active,
        rights=sorted(_rights(engine, own)),
        refused=sorted(refused),
        sealed=seal_login(username, password),
    )


def _own_record(ngnpro: Ngnpro, username: str) -> CustomerAccount | None:
    query = Query(filter=CustomerFilter(username=username.strip().lower()), range=Range(0, 5))
    for page in (ngnpro.customers.get_customers, ngnpro.customers.get_resellers):
        found = next((one for one in page(query) if one.username.lower() == username.strip().lower()), None)
        if found is not None:
            return found
    return None


def _rights(engine: Engine, own: CustomerAccount) -> set[str]:
    held = {right for right in OWN_RIGHTS if own.get_property(right).lower() in TRUE}
    if own.is_reseller or not held & INHERITED_RIGHTS:
        return held
    query = Query(filter=CustomerFilter(customer=own.reseller), range=Range(0, 1))
    try:
        reseller = next(iter(service.service_ngnpro(engine.name).customers.get_resellers(query)), None)
    except errors.Refusal:
        reseller = None
    missing = {right for right in INHERITED_RIGHTS if not reseller or reseller.get_property(right).lower() not in TRUE}
    return held - missing


def identify_subscriber(engine: Engine, address: str, password: str) -> dict[str, Any] | None:
    """Check the user of a SIP account: by his web password, or by his SIP password when he has none.

    Never by an empty one. Passwords kept as ``ha1:ha1b`` are checked by their hash (contract: Passwords).
    """
    try:
        identity = SipId.parse(address)
        account = service.service_ngnpro(engine.name).sip.get_account(identity)
    except (ValueError, errors.Refusal):
        matches(password, address.partition("@")[0], address.rpartition("@")[2], "", "")
        return None
    web_password = account.get_property("web_password")
    stored = web_password or account.password
    ha1 = "" if web_password else account.ha1
    if not matches(password, account.id.username, account.id.domain, stored, ha1):
        return None
    return _subscriber(engine, account)


def _subscriber(engine: Engine, account: SipAccount) -> dict[str, Any]:
    return _person(
        Role.SUBSCRIBER,
        engine,
        name=f"{account.first_name} {account.last_name}".strip() or str(account.id),
        login=str(account.id),
        customer=account.customer,
        reseller=account.reseller,
        account=str(account.id),
    )


def matches(password: str, username: str, domain: str, stored: str, ha1: str) -> bool:
    """Compare a password in constant time with a clear text, with ``ha1:ha1b``, or with ``ha1``.

    ``ha1`` is MD5(username:domain:password).
    """
    digest = hashlib.md5(f"{username}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()
    first, _, second = stored.partition(":")
    hashed = len(first) == len(second) == 32 and set(first + second) <= set("0123456789abcdefABCDEF")
    clear = hmac.compare_digest(password.encode(), stored.encode()) and not hashed
    by_hash = hmac.compare_digest(digest.encode(), (first if hashed else ha1).lower().encode())
    return bool(password) and (by_hash if hashed or not stored else clear)


def _person(role: Role, engine: Engine, **values: Any) -> dict[str, Any]:
    empty = {"reseller_active": False, "account": "", "rights": [], "refused": [], "sealed": ""}
    return {**empty, "role": role.value, "engine": engine.name, **values}


def forget(request: HttpRequest) -> None:
    """End the session, with everything in it."""
    request.session.pop(PERSON, None)
    request.session.pop(ACTING, None)
    request.session.flush()
