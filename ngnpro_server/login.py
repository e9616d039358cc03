"""Authentication, with a lockout after wrong passwords (contract: Authentication and impersonation)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import Connection, Engine, RowMapping, delete, or_, select, update

from ngnpro_server import values
from ngnpro_server.faults import Fault
from ngnpro_wire.codec import Request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import digests_of_password, spellings_of_password

from .call import Caller, Clock, Level, Record
from .config import Config
from .store import accounts, customers
from .store.engine import OutcomeUnknown, transaction, upsert
from .store.schema import login_failures

_WRONG = Fault(FaultCode.LOGIN_WRONG, "The username or the password is wrong.")
# the member of a login that is no header, but the address and password of a SIP account
_AS_ACCOUNT = "as account"

# how long a successful login makes a user known at a source, and after what time it is stored anew
_KNOWN, _RENEWED = timedelta(days=1), timedelta(hours=1)


def require_username(auth: Record | None) -> None:
    """Raise LOGIN_WRONG for a call without auth header or username; it does not count towards a lockout."""
    if auth is None:
        raise Fault(FaultCode.LOGIN_WRONG, "The call has no auth header.")
    if not (auth.get("username") or "").strip():
        raise Fault(FaultCode.LOGIN_WRONG, "The auth header of the call has no username.")


def authenticate(connection: Connection, config: Config, auth: Record | None) -> Caller:
    """Check the auth header of a call and return its caller.

    With ``admin`` true the username is the administrator's, with false a customer's; without ``admin`` it may be
    either (provisioning guide: Python Client). ``impersonate`` applies only to the administrator.
    Raises LOGIN_WRONG, or CUSTOMER_MISSING for an unknown customer to impersonate.
    """
    auth = auth or {}
    username, password = auth.get("username") or "", auth.get("password") or ""
    if auth.get(_AS_ACCOUNT):
        return _account(connection, username, password)
    is_admin = auth.get("admin")
    if is_admin is not False and _is_administrator(config, username, password):
        return _administrator(connection, auth.get("impersonate") or 0)
    if is_admin:
        raise Fault(*_WRONG.args)
    row = customers.find_customer_by_username(connection, username.strip().lower())
    # an unknown username takes the same comparison as a known one, and an empty password never matches
    expected = row["password"] if row is not None else ""
    fits = [_same(spelling, expected) for spelling in spellings_of_password(password)]
    if not (any(fits) and expected and row is not None):
        raise Fault(*_WRONG.args)
    return _customer(connection, row)


def with_login_of_account(request: Request) -> Request:
    """Return a call of the port Presence with the login that its parts contain, if it has no header.

    Other calls are returned as they are. The header of a call cannot have the member that marks such a login.
    """
    if request.auth is not None or request.operation.port != "Presence":
        return request
    sip_id, password = request.arguments.get("sipId") or {}, request.arguments.get("password") or ""
    address = f"{sip_id.get('username') or ''}@{sip_id.get('domain') or ''}"
    return replace(request, auth={"username": address, "password": password, _AS_ACCOUNT: True})


def _account(connection: Connection, address: str, password: str) -> Caller:
    """Return the caller who signs in with the address and the password of a SIP account. Raises LOGIN_WRONG."""
    username, _at, domain = address.rpartition("@")
    name, host = values.sip_id({"username": username, "domain": domain})
    row = accounts.find_account(connection, name, host)
    expected = row["ha1"] if row is not None else ""
    # an unknown account takes the same comparison as a known one
    fits = [_same(digests_of_password(name, host, one)[0], expected) for one in spellings_of_password(password)]
    if not (password and expected and any(fits) and row is not None):
        raise Fault(*_WRONG.args)
    nobody = -1
    return Caller(level=Level.SUBSCRIBER, customer=nobody, reseller=nobody, login=nobody, account=row["id"])


def _is_administrator(config: Config, username: str, password: str) -> bool:
    name_fits = _same(username, config.administrator.username)
    return _same(password, config.administrator.password) and name_fits


def _same(given: str, expected: str) -> bool:
    """Return whether two texts are equal, in a time that depends neither on the texts nor on their lengths."""
    digests = (hashlib.sha256(text.encode()).digest() for text in (given, expected))
    return hmac.compare_digest(*digests)


def _administrator(connection: Connection, impersonate: int) -> Caller:
    if impersonate <= 0:
        return Caller(level=Level.ADMINISTRATOR)
    row = customers.find_customer(connection, impersonate)
    if row is None:
        raise Fault(FaultCode.CUSTOMER_MISSING, f"There is no customer {impersonate} to impersonate.")
    return _customer(connection, row)


def _customer(connection: Connection, row: RowMapping) -> Caller:
    """Return a caller with the rights of a customer, or of the one they impersonate if it has the same reseller."""
    login = row["id"]
    if row["impersonate"] and row["impersonate"] != login:
        other = customers.find_customer(connection, row["impersonate"])
        if other is not None and other["reseller_id"] == row["reseller_id"]:
            row = other
    level = Level.RESELLER if row["id"] == row["reseller_id"] else Level.CUSTOMER
    return Caller(
        level=level,
        customer=row["id"],
        reseller=row["reseller_id"],
        login=login,
        active=row["reseller_active"],
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The stored state of a user's logins from a source.

    ``locked``: seconds left of a lockout. ``is_known``: the user has signed in from there within a day, or the source
    is trusted. ``is_fresh``: another successful login need not be stored.
    """

    locked: int = 0
    is_known: bool = True
    is_fresh: bool = True

    def refuse_strangers(self) -> None:
        """Raise LOGIN_LOCKED while the user or the source is locked out, unless the user is known at this source."""
        if self.locked and not self.is_known:
            raise self.fault()

    def fault(self) -> Fault:
        """Return the LOGIN_LOCKED fault, which says how long the lockout still lasts."""
        text = f"Too many failed logins; please try again in {self.locked} seconds."
        return Fault(FaultCode.LOGIN_LOCKED, text)


@dataclass(frozen=True, slots=True)
class Admission:
    """A login that was accepted: its caller, and the stored state of the user's logins."""

    caller: Caller
    standing: Standing


class Refused(Exception):
    """A login that was not accepted; ``Guard.refuse`` counts it, after the transaction that found it has ended."""

    def __init__(self, fault: Fault, standing: Standing) -> None:
        super().__init__(fault, standing)
        self.fault = fault
        self.standing = standing


class NotKnownYet(Exception):
    """A correct login of a user who is not known at this source; ``Guard.welcome`` decides whether it is accepted."""


class Guard:
    """Locks out a user at a source after several failed logins; each further failure doubles the lockout.

    A source that fails with many users is locked out as a whole. Failures from trusted sources are never counted: such
    a source signs in many people and counts their failures itself, as the portal does. A user who has signed in from
    the same source within a day and presents the correct password is not locked out: otherwise anyone who shares an
    address with a program could stop it. IPv6 sources are counted by their /64 network. All counts are stored in the
    database, so that all worker processes share them.

    A failure is counted, and the first success of a user at a source accepted, in one transaction with the check of the
    lockout: so the answers to simultaneous logins tell no more than those to one login after the other.
    """

    def __init__(self, engine: Engine, config: Config, clock: Clock) -> None:
        self._engine = engine
        self._config = config
        self._logins = config.logins
        self._trusted = frozenset(_plain(source) for source in config.logins.sources)
        self._clock = clock

    def admit(self, connection: Connection, source: str, auth: Record | None) -> Admission:
        """Check the auth header of a call in the call's own transaction. Raises ``Refused`` and ``NotKnownYet``."""
        standing = Standing()
        try:
            standing = self._standing(connection, source, auth)
            standing.refuse_strangers()
            caller = authenticate(connection, self._config, auth)
        except Fault as fault:
            raise Refused(fault, standing) from None
        if not standing.is_known:
            raise NotKnownYet
        return Admission(caller, standing)

    def refuse(self, refused: Refused, source: str, auth: Record | None) -> Fault:
        """Count a failed login and return its fault; during a lockout, return the lockout's fault without counting."""
        if refused.fault.code is not FaultCode.LOGIN_WRONG:
            return refused.fault
        if refused.standing.locked:
            return refused.standing.fault()
        try:
            self.failed(source, auth)
        except Fault as locked:
            return locked
        return refused.fault

    def welcome(self, source: str, auth: Record | None) -> None:
        """Make a user known at a source after a correct login. Raises LOGIN_LOCKED if either is locked out by now."""
        with transaction(self._engine, write=True) as connection:
            self._standing(connection, source, auth, lock=True).refuse_strangers()
            self._succeed(connection, source, auth)

    def remember(self, admission: Admission, source: str, auth: Record | None) -> None:
        """Reset a user's failures at this source, and store the time of the successful login, if that is not fresh.

        If the database is busy, the next call does it.
        """
        if not admission.standing.is_fresh:
            with suppress(Fault, OutcomeUnknown):
                self.succeeded(source, auth)

    def _standing(self, connection: Connection, source: str, auth: Record | None, *, lock: bool = False) -> Standing:
        if _plain(source) in self._trusted:
            return Standing()
        user, whole = _subjects(source, auth)
        query = select(login_failures).where(login_failures.c.subject.in_((user, whole)))
        if lock:
            # the user's row first, as in ``failed``, so that the two never wait for each other
            query = query.order_by(login_failures.c.subject.desc()).with_for_update()
        rows = {row["subject"]: row for row in connection.execute(query).mappings()}
        now = self._clock()
        left = max((row["locked_until"] - now for row in rows.values()), default=timedelta())
        last = rows[user]["last_success"] if user in rows else None
        return Standing(
            locked=max(0, math.ceil(left.total_seconds())),
            is_known=last is not None and now - last < _KNOWN,
            is_fresh=last is not None and now - last < _RENEWED and not rows[user]["failures"],
        )

    def failed(self, source: str, auth: Record | None) -> None:
        """Count a failed login, unless it comes from a trusted source.

        Raises LOGIN_LOCKED and counts nothing if the user or the source was locked out in the meantime.
        """
        if _plain(source) in self._trusted:
            return
        with transaction(self._engine, write=True) as connection:
            self._forget(connection)
            for subject, free in zip(
                _subjects(source, auth), (self._logins.attempts, self._logins.attempts_per_source), strict=True
            ):
                self._count(connection, subject, free)

    def succeeded(self, source: str, auth: Record | None) -> None:
        """Reset a user's failures at this source, and store the time of the successful login."""
        with transaction(self._engine, write=True) as connection:
            self._succeed(connection, source, auth)

    def _succeed(self, connection: Connection, source: str, auth: Record | None) -> None:
        self._forget(connection)
        now = self._clock()
        values = {"failures": 0, "locked_until": now, "last_failure": now, "last_success": now}
        upsert(connection, login_failures, {"subject": _subjects(source, auth)[0], **values}, values)

    def _count(self, connection: Connection, subject: str, free: int) -> None:
        """Count a failure and set the lockout; the database increments the number, so that no failure is lost.

        Raises LOGIN_LOCKED if the subject is locked out: the increment holds its row, so that no other request sets a
        lockout after that check.
        """
        now, table = self._clock(), login_failures.c
        first = {"subject": subject, "failures": 1, "locked_until": now, "last_failure": now}
        upsert(connection, login_failures, first, {"failures": table.failures + 1, "last_failure": now})
        mine = table.subject == subject
        failures, locked_until = connection.execute(select(table.failures, table.locked_until).where(mine)).one()
        if locked_until > now:
            raise Standing(locked=math.ceil((locked_until - now).total_seconds())).fault()
        locked_until = now + self._lock(failures, free)
        connection.execute(update(login_failures).where(mine).values(locked_until=locked_until))

    def _forget(self, connection: Connection) -> None:
        """Delete failures older than twice the longest lockout, and successes too old to make a login known."""
        table, now = login_failures.c, self._clock()
        is_old = table.last_failure < now - timedelta(seconds=2 * self._logins.longest_lock)
        is_unknown = or_(table.last_success.is_(None), table.last_success < now - _KNOWN)
        connection.execute(delete(login_failures).where(is_old, is_unknown))
        connection.execute(update(login_failures).where(is_old, table.failures > 0).values(failures=0))

    def _lock(self, failures: int, free: int) -> timedelta:
        if failures < free:
            return timedelta()
        return timedelta(seconds=min(2 ** min(failures - free + 1, 20), self._logins.longest_lock))


def _subjects(source: str, auth: Record | None) -> tuple[str, str]:
    """Return the keys that failures are counted by: the user at this source (regardless of case), and the source."""
    username = ((auth or {}).get("username") or "").strip().lower()[:64]
    counted = _counted(source)
    return f"user {counted} {username}", f"source {counted}"


def _counted(source: str) -> str:
    """Return the address that failures are counted by: for IPv6 the /64 network, which one subscriber usually has."""
    plain = _plain(source)
    return str(ipaddress.ip_network((plain, 64), strict=False)) if ":" in plain else plain


@lru_cache(maxsize=4096)
def _plain(source: str) -> str:
    """Return an address in its normal form, an IPv4-mapped IPv6 address as IPv4.

    Other text is returned with its colons replaced by spaces, so that it is not taken for IPv6.
    """
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source.replace(":", " ")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
