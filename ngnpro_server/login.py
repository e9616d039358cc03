"""Who calls: checks the auth header, and slows down who guesses (contract: Authentication and impersonation)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, select

from .call import Caller, Clock, Level, Record
from .config import Config
from .soap.faults import Fault, FaultCode
from .store import customers
from .store.engine import transaction
from .store.schema import login_failures
from .store.upsert import upsert

_WRONG = Fault(FaultCode.LOGIN_WRONG, "The username or the password is wrong.")


def require_username(auth: Record | None) -> None:
    """Raise LOGIN_WRONG for a call without auth header or username: nobody's password was tried, so nobody is locked."""
    if not ((auth or {}).get("username") or "").strip():
        raise Fault(*_WRONG.args)


def authenticate(connection: Connection, config: Config, auth: Record | None) -> Caller:
    """Find out whose rights a call has, or raise LOGIN_WRONG.

    With ``admin`` true the name is the administrator's, with false a customer's; a header without ``admin`` may be
    either (provisioning guide: Python Client). ``impersonate`` counts only for the administrator.
    """
    auth = auth or {}
    username, password = auth.get("username") or "", auth.get("password") or ""
    is_admin = auth.get("admin")
    if is_admin is not False and _is_administrator(config, username, password):
        return _administrator(connection, auth.get("impersonate") or 0)
    if is_admin:
        raise Fault(*_WRONG.args)
    row = customers.find_by_username(connection, username.strip().lower())
    # an unknown name costs the same comparison as a known one, and an empty password never fits
    expected = row["password"] if row is not None else ""
    if not (_same(password, expected) and expected and row is not None):
        raise Fault(*_WRONG.args)
    return _customer(connection, row)


def _is_administrator(config: Config, username: str, password: str) -> bool:
    name_fits = _same(username, config.administrator.username)
    return _same(password, config.administrator.password) and name_fits


def _same(given: str, expected: str) -> bool:
    """Compare in a time that depends on neither text, not even on its length."""
    digests = (hashlib.sha256(text.encode()).digest() for text in (given, expected))
    return hmac.compare_digest(*digests)


def _administrator(connection: Connection, impersonate: int) -> Caller:
    if impersonate <= 0:
        return Caller(level=Level.ADMINISTRATOR)
    row = customers.find(connection, impersonate)
    if row is None:
        raise Fault(FaultCode.CUSTOMER_MISSING, f"There is no customer {impersonate} to impersonate.")
    return _customer(connection, row)


def _customer(connection: Connection, row: RowMapping) -> Caller:
    """Give a customer's rights, or those of the one he impersonates within his reseller's tree."""
    login = row["id"]
    if row["impersonate"] and row["impersonate"] != login:
        other = customers.find(connection, row["impersonate"])
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


class Guard:
    """Slows guessing: after some wrong tries a user is locked for a source, each further one for twice as long.

    A source that tries many users is locked as a whole, unless the configuration trusts it. The failures are kept
    in the database, so that all worker processes count together.
    """

    def __init__(self, engine: Engine, config: Config, clock: Clock) -> None:
        self._engine = engine
        self._logins = config.logins
        self._clock = clock

    def check(self, connection: Connection, source: str, auth: Record | None) -> bool:
        """Raise LOGIN_LOCKED while the user or source is locked; tell whether failures of the user are remembered."""
        subjects = self._subjects(source, auth)
        query = select(login_failures).where(login_failures.c.subject.in_(subjects))
        rows = connection.execute(query).mappings().all()
        wait = max((row["locked_until"] - self._clock() for row in rows), default=timedelta())
        if wait > timedelta():
            text = f"Too many failed logins; please try again in {int(wait.total_seconds())} seconds."
            raise Fault(FaultCode.LOGIN_LOCKED, text)
        return any(row["subject"] == subjects[0] for row in rows)

    def failed(self, source: str, auth: Record | None) -> None:
        """Remember a wrong login."""
        with transaction(self._engine, write=True) as connection:
            connection.execute(delete(login_failures).where(login_failures.c.last_failure < self._forgotten()))
            for subject in self._subjects(source, auth):
                self._count(connection, subject)

    def succeeded(self, source: str, auth: Record | None) -> None:
        """Forget a user's failures from this source."""
        with transaction(self._engine, write=True) as connection:
            subject = self._subjects(source, auth)[0]
            connection.execute(delete(login_failures).where(login_failures.c.subject == subject))

    def _subjects(self, source: str, auth: Record | None) -> list[str]:
        username = ((auth or {}).get("username") or "")[:64].lower()
        subjects = [f"user {source} {username}"]
        if source not in self._logins.sources:
            subjects.append(f"source {source}")
        return subjects

    def _count(self, connection: Connection, subject: str) -> None:
        now = self._clock()
        query = select(login_failures).where(login_failures.c.subject == subject).with_for_update()
        row = connection.execute(query).mappings().first()
        failures = row["failures"] + 1 if row is not None else 1
        values = {"failures": failures, "locked_until": self._lock(subject, failures, now), "last_failure": now}
        upsert(connection, login_failures, {"subject": subject, **values}, values)

    def _forgotten(self) -> datetime:
        return self._clock() - timedelta(seconds=2 * self._logins.longest_lock)

    def _lock(self, subject: str, failures: int, now: datetime) -> datetime:
        is_source = subject.startswith("source ")
        free = self._logins.attempts_per_source if is_source else self._logins.attempts
        if failures < free:
            return now
        seconds = min(2 ** min(failures - free + 1, 20), self._logins.longest_lock)
        return now + timedelta(seconds=seconds)
