"""Signing in: identifies a person as an operator of the portal, a customer of NGNPro, or the user of a SIP account.

No answer reveals whether the name or the password is wrong, or what role the name belongs to. NGNPro servers may lock a
login after wrong passwords from anyone. So the portal counts tries itself before it calls NGNPro (``lockouts``), and
never tries passwords for its own NGNPro account.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from ngnpro_wire.facts.passwords import spellings_of_password
from ngnpro_wire.facts.truth import is_true
from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.sip_accounts import WEB_PASSWORD, clear_web_password, with_web_password
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Credentials, Engine, Ngnpro, Query, Range, errors
from portal.ngnpro.abilities import NOT_ABOUT_RIGHTS, learn
from portal.ngnpro.records import CustomerAccount, CustomerFilter, SipAccount, SipId
from portal.people import half_sign_in
from portal.people.lockouts import counted_try, forget_tries, require_unlocked, take_back
from portal.people.operators.models import Operator
from portal.people.viewers import ACTING, ENGINE, PERSON, REFUSED, seal_login

log = logging.getLogger(__name__)

# Properties of a customer that give access to pages (contract: Ownership, resellers and rights). Inherited ones count
# only if the customer's reseller has them as well.
OWN_RIGHTS = frozenset({"pstn_access", "sms_access", "prepaid_changes", "pstn_changes"})
INHERITED_RIGHTS = frozenset({"pstn_changes", "prepaid_changes"})
OPERATOR_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(request: HttpRequest, name: str, password: str) -> bool:
    """Sign a person in and return whether name and password were right.

    An operator with a second factor still has to prove it afterwards (``SecondStep``). Raises ``LockedOut`` before
    NGNPro is called if the name is locked out, and after a wrong password that starts a lockout; and the errors of
    ``identify``.
    """
    try:
        is_right = _sign_in_counted(request, name, password)
    except errors.Refusal:
        require_unlocked(request, name)
        raise
    if not is_right:
        require_unlocked(request, name)
    return is_right


def _sign_in_counted(request: HttpRequest, name: str, password: str) -> bool:
    with counted_try(request, name) as attempt:
        # Django hashes the password for unknown names as well, so that the time taken does not reveal if a name exists.
        operator = ModelBackend().authenticate(request, username=name, password=password)
        if operator is not None and operator.has_second_factor():
            take_back(attempt)
            _start_new_session(request)
            half_sign_in.start_second_step(request, operator)
            return True
        if operator is not None:
            sign_in_operator(request, operator)
            return True
        person = next(filter(None, (identify(name, spelling) for spelling in spellings_of_password(password))), None)
    if person is not None:
        _start_new_session(request)
        request.session[PERSON] = person
        forget_tries(request, name)
    return person is not None


def sign_in_operator(request: HttpRequest, operator: Operator) -> None:
    """Sign in an operator who has proved the password and, if they have one, the second factor."""
    _start_new_session(request)
    login(request, operator, backend=OPERATOR_BACKEND)
    choose_engine(request, operator.tree_engine if operator.tree else "")
    forget_tries(request, operator.username)


def _start_new_session(request: HttpRequest) -> None:
    """Delete the session and its data, so that nothing of an earlier person is left."""
    request.session.flush()


def choose_engine(request: HttpRequest, name: str) -> None:
    """Choose the NGNPro server an operator works with, and store what it refuses to the portal's own credentials."""
    chosen = servers.engine(name)
    request.session[ENGINE] = chosen.name
    request.session[REFUSED] = []
    with contextlib.suppress(errors.Outage):
        request.session[REFUSED] = sorted(learn(servers.service_ngnpro(chosen.name)).refused)


def identify(name: str, password: str) -> dict[str, Any] | None:
    """Return the person who signs in, from all NGNPro servers, default first; ``None`` if the login is wrong.

    A server that does not answer does not keep people of other servers from signing in. If no server knows the name,
    the first error (``Outage``, ``Locked`` or a refusal about NGNPro's own trouble) is raised, because the password was
    not checked there.
    """
    find = identify_subscriber if "@" in name else identify_customer
    known = servers.engines()
    answered: list[Engine] = []
    troubles: list[errors.NgnproError] = []
    for engine in known.for_reseller():
        try:
            person = find(engine, name, password)
        except (errors.Outage, errors.Refusal) as trouble:
            troubles.append(trouble)
            continue
        if person and engine.name in known.by_reseller.get(person["reseller"], known.engines):
            return person
        answered.append(engine)
    if troubles and not any(_has_name(engine, name) for engine in answered):
        raise troubles[0]
    return None


def _has_name(engine: Engine, name: str) -> bool:
    """Return whether an NGNPro server that refused a login knows its name, so that the password was wrong."""
    ngnpro = servers.service_ngnpro(engine.name)
    try:
        if "@" in name:
            ngnpro.sip.get_account(SipId.parse(name))
            return True
        return _own_record(ngnpro, name) is not None
    except (ValueError, errors.NgnproError):
        return False


def identify_customer(engine: Engine, username: str, password: str) -> dict[str, Any] | None:
    """Check the login of a reseller or customer with NGNPro, and return the person with their rights.

    If NGNPro refuses the first call, the login is wrong, whatever the code, because servers use different codes. Raises
    ``Locked``, and refusals that are about NGNPro's own trouble.
    """
    if not username or not password or "\n" in username or _would_try_service(engine, username, password):
        return None
    ngnpro = Ngnpro(engine, Credentials(username, password, admin=False))
    try:
        own = _own_record(ngnpro, username)
        refused = learn(ngnpro).refused if own else {}
    except errors.Locked:
        raise
    except errors.Refusal as refusal:
        if refusal.code in NOT_ABOUT_RIGHTS:
            raise
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


def _would_try_service(engine: Engine, username: str, password: str) -> bool:
    """Return whether a login would try passwords of the portal's own account, which could lock it for all users.

    If the account belongs to a reseller, who may use the portal as well, the right password is accepted.
    """
    if username.strip().casefold() != engine.username.strip().casefold():
        return False
    return engine.admin or not hmac.compare_digest(password.encode(), engine.password.encode())


def _own_record(ngnpro: Ngnpro, username: str) -> CustomerAccount | None:
    query = Query(filter=CustomerFilter(username=username.strip().lower()), range=Range(0, 5))
    for page in (ngnpro.customers.get_customers, ngnpro.customers.get_resellers):
        found = next((one for one in page(query) if one.username.lower() == username.strip().lower()), None)
        if found is not None:
            return found
    return None


def _rights(engine: Engine, own: CustomerAccount) -> set[str]:
    held = {right for right in OWN_RIGHTS if is_true(own.get_property(right))}
    if own.is_reseller or not held & INHERITED_RIGHTS:
        return held
    query = Query(filter=CustomerFilter(customer=own.reseller), range=Range(0, 1))
    try:
        reseller = next(iter(servers.service_ngnpro(engine.name).customers.get_resellers(query)), None)
    except errors.Refusal:
        reseller = None
    missing = {right for right in INHERITED_RIGHTS if not reseller or not is_true(reseller.get_property(right))}
    return held - missing


def identify_subscriber(engine: Engine, address: str, password: str) -> dict[str, Any] | None:
    """Check the user of a SIP account by the web password, or by the SIP password if there is no web password.

    An empty password is always wrong. Passwords stored as ``ha1:ha1b`` are checked by hash (contract: Passwords). A
    web password that is stored in clear text is replaced by its hash. Raises refusals that are about NGNPro's own
    trouble.
    """
    account = find_subscriber(engine, address, password)
    if account is None:
        return None
    person = _subscriber(engine, account)
    if clear_web_password(account):
        _keep_only_the_hash(engine, account, password, person)
    return person


def find_subscriber(engine: Engine, address: str, password: str) -> SipAccount | None:
    """Return the account with an address if the password is right, else ``None``."""
    try:
        identity = SipId.parse(address)
        account = servers.service_ngnpro(engine.name).sip.get_account(identity)
    except (ValueError, errors.Refusal) as problem:
        if getattr(problem, "code", 0) in NOT_ABOUT_RIGHTS:
            raise
        if isinstance(problem, errors.Refusal) and not isinstance(problem, errors.Missing):
            _check_service_login(engine)
        matches(password, address.partition("@")[0], address.rpartition("@")[2], "", "")
        return None
    web_password = account.get_property(WEB_PASSWORD)
    stored = web_password or account.password
    ha1 = "" if web_password else account.ha1
    return account if matches(password, account.id.username, account.id.domain, stored, ha1) else None


def _check_service_login(engine: Engine) -> None:
    """Raise ``ServiceLoginRefused`` if NGNPro refuses even a list of domains to the portal, with any code."""
    try:
        servers.service_ngnpro(engine.name).sip.get_domains(Query(range=Range(0, 1)))
    except errors.Refusal as refusal:
        log.error("NGNPro engine %s refuses the portal's own login: %s", engine.name, refusal)
        raise errors.ServiceLoginRefused(str(refusal), engine=engine.name) from refusal


def _keep_only_the_hash(engine: Engine, account: SipAccount, password: str, person: dict[str, Any]) -> None:
    """Replace a web password in clear text by its hash; if NGNPro refuses that, the next sign-in tries again."""
    viewer = Viewer(Role.SUBSCRIBER, **{name: person[name] for name in ("name", "login", "account", "engine")})
    writes = Writes(Author(viewer))
    ngnpro = Ngnpro(engine, engine.credentials(), on_call=writes.note, before_call=writes.expect)
    wanted = with_web_password(account, password)
    try:
        with writes.change(account, wanted) as write:
            write.stored = ngnpro.sip.update_account(wanted)
    except errors.NgnproError as error:
        log.warning("The web password of %s is still stored in clear: %s", account.id, type(error).__name__)


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
    """Compare a password in constant time with a stored one: clear text, ``ha1:ha1b``, or ``ha1``.

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
    """End the session and delete its data."""
    request.session.pop(PERSON, None)
    request.session.pop(ACTING, None)
    request.session.flush()
