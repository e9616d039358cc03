"""Find out who a person is by name and password: a reseller, a customer or a subscriber of an NGNPro server."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from ngnpro_wire.facts.member_rights import INHERITED_RIGHTS
from ngnpro_wire.facts.truth import is_true
from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.sip_accounts import clear_web_password, with_web_password
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Credentials, Engine, Ngnpro, Query, Range, errors
from portal.ngnpro.abilities import NOT_ABOUT_RIGHTS, learn_abilities
from portal.ngnpro.hashes import WEB_PASSWORD
from portal.ngnpro.records import CustomerAccount, CustomerFilter, SipAccount, SipId
from portal.people.viewers import OWN_RIGHTS, seal_login

log = logging.getLogger(__name__)

T = TypeVar("T")


def identify(name: str, password: str) -> dict[str, Any] | None:
    """Return the person who signs in, from all NGNPro servers, default first; ``None`` if the login is wrong.

    A server that does not answer does not keep people of other servers from signing in. If no server knows the name,
    the first error (``Outage``, ``Locked`` or a refusal about NGNPro's own trouble) is raised, because the password was
    not checked there.
    """
    identify_on = identify_subscriber if "@" in name else identify_customer

    def find(engine: Engine) -> tuple[dict[str, Any], int] | None:
        person = identify_on(engine, name, password)
        return (person, person["reseller"]) if person else None

    return find_on_engines(name, find)


def find_on_engines(name: str, find: Callable[[Engine], tuple[T, int] | None]) -> T | None:
    """Return who has a name on any NGNPro server, default first, with the rules of ``identify``.

    ``find`` returns the person on one server and the number of their reseller, or ``None`` if the login is wrong.
    """
    known = servers.engines()
    answered: list[Engine] = []
    troubles: list[errors.NgnproError] = []
    for engine in known.for_reseller():
        try:
            found = find(engine)
        except (errors.Outage, errors.Refusal) as trouble:
            troubles.append(trouble)
            continue
        if found and engine.name in known.by_reseller.get(found[1], known.engines):
            return found[0]
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
        if own is None:
            return None
        holder, login = _holder_of_rights(ngnpro, own, Credentials(username, password, admin=False))
        refused = learn_abilities(Ngnpro(engine, login)).refused
    except errors.Locked:
        raise
    except errors.Refusal as refusal:
        if refusal.code in NOT_ABOUT_RIGHTS:
            raise
        return None
    sealed = seal_login(login.username, login.password)
    return _customer(engine, own, holder, login=username, refused=sorted(refused), sealed=sealed)


def person_of_customer(engine: Engine, own: CustomerAccount) -> dict[str, Any] | None:
    """Return a reseller or customer whom a provider has proved, without their password, for their session.

    Their calls are made with the portal's own login, impersonating the one whose rights they have, if that is an
    administrator's; else with their login as NGNPro returns it. ``None`` if it does not.
    """
    holder = own
    if own.impersonate not in (0, own.id):
        other = servers.service_ngnpro(engine.name).customers.get_account(own.impersonate)
        holder = other if other.reseller == own.reseller else own
    if not engine.admin and not holder.password:
        return None
    own_login = Credentials(holder.username, holder.password, admin=False)
    login = engine.credentials(holder.id) if engine.admin else own_login
    sealed = "" if engine.admin else seal_login(holder.username, holder.password)
    refused = sorted(learn_abilities(Ngnpro(engine, login)).refused)
    return _customer(engine, own, holder, login=own.username, refused=refused, sealed=sealed)


def _customer(engine: Engine, own: CustomerAccount, holder: CustomerAccount, **values: Any) -> dict[str, Any]:
    return _person(
        Role.RESELLER if holder.is_reseller else Role.CUSTOMER,
        engine,
        name=name_of(own),
        customer=own.id,
        holder=holder.id if holder is not own else 0,
        reseller=own.reseller,
        reseller_active=holder.reseller_active,
        rights=sorted(rights_of(engine, holder)),
        **values,
    )


def _holder_of_rights(ngnpro: Ngnpro, own: CustomerAccount, login: Credentials) -> tuple[CustomerAccount, Credentials]:
    """Return the customer whose rights a login uses, and the login for NGNPro's calls (contract: Authentication).

    A customer may use the rights of another one of the same reseller (``impersonate``). If the server does not give
    these rights to their own login, the calls are made with that of the other one, as CDRTool does.
    """
    if own.impersonate in (0, own.id):
        return own, login
    try:
        other = servers.service_ngnpro(ngnpro.gate.engine.name).customers.get_account(own.impersonate)
    except errors.Missing:
        return own, login
    if other.reseller != own.reseller:
        return own, login
    if _lists(ngnpro, other.id):
        return other, login
    return (other, Credentials(other.username, other.password, admin=False)) if other.password else (own, login)


def _lists(ngnpro: Ngnpro, customer: int) -> bool:
    """Return whether NGNPro lets this login manage another customer, as it does only with that customer's rights."""
    query = Query(filter=CustomerFilter(customer=customer), range=Range(0, 1))
    return any(one.id == customer for one in ngnpro.customers.get_customers(query))


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


def rights_of(engine: Engine, own: CustomerAccount) -> set[str]:
    """Return the rights that the properties of a customer give to those who use this customer's rights."""
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
        _keep_only_the_hash(engine, account, password)
    return person


def find_subscriber(engine: Engine, address: str, password: str) -> SipAccount | None:
    """Return the account with an address if the password is right, else ``None``."""

    def is_right(account: SipAccount) -> bool:
        web_password = account.get_property(WEB_PASSWORD)
        stored = web_password or account.password
        ha1 = "" if web_password else account.ha1
        return is_right_password(password, account.id.username, account.id.domain, stored, ha1)

    return find_account(engine, address, is_right)


def find_account(engine: Engine, address: str, is_right: Callable[[SipAccount], bool]) -> SipAccount | None:
    """Return the account with an address if ``is_right`` finds its password proved, else ``None``.

    For an address without account it is asked about an empty one, so that both take as long.
    """
    try:
        identity = SipId.parse(address)
        account = servers.service_ngnpro(engine.name).sip.get_account(identity)
    except (ValueError, errors.Refusal) as problem:
        if getattr(problem, "code", 0) in NOT_ABOUT_RIGHTS:
            raise
        if isinstance(problem, errors.Refusal) and not isinstance(problem, errors.Missing):
            _check_service_login(engine)
        is_right(SipAccount(id=SipId(username=address.partition("@")[0], domain=address.rpartition("@")[2])))
        return None
    return account if is_right(account) else None


def _check_service_login(engine: Engine) -> None:
    """Raise ``ServiceLoginRefused`` if NGNPro refuses even a list of domains to the portal, with any code."""
    try:
        servers.service_ngnpro(engine.name).sip.get_domains(Query(range=Range(0, 1)))
    except errors.Refusal as refusal:
        log.error("NGNPro engine %s refuses the portal's own login: %s", engine.name, refusal)
        raise errors.ServiceLoginRefused(str(refusal), engine=engine.name) from refusal


def person_of_account(engine: Engine, account: SipAccount) -> dict[str, Any]:
    """Return the user of an account who has proved it in another way than by password, for their session."""
    return _subscriber(engine, account)


def viewer_of_account(engine: Engine, account: SipAccount) -> Viewer:
    """Return the user of an account as the viewer of a request without a session."""
    same = ("name", "login", "customer", "reseller", "account", "engine")
    person = _subscriber(engine, account)
    scope = f"{engine.name} {Role.SUBSCRIBER} {account.customer} {account.id}"
    return Viewer(Role.SUBSCRIBER, **{name: person[name] for name in same}, scope=scope)


def _keep_only_the_hash(engine: Engine, account: SipAccount, password: str) -> None:
    """Replace a web password in clear text by its hash; if NGNPro refuses that, the next sign-in tries again."""
    writes = Writes(Author(viewer_of_account(engine, account)))
    ngnpro = servers.client_for_writes(writes, engine)
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
        language=account.get_property("language"),
        account=str(account.id),
    )


def is_right_password(password: str, username: str, domain: str, stored: str, ha1: str) -> bool:
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
    empty = {"reseller_active": False, "holder": 0, "account": "", "rights": [], "refused": [], "sealed": ""}
    return {**empty, "role": role.value, "engine": engine.name, **values}
