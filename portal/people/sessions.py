"""Sessions in the database under the hash of their key, and the list of them with one row per browser.

The rows of sessions alone give no access to one, because its cookie holds the key and not the hash. The list
(``models.SignedIn``) stores the same hash. A session ends when its row in the list is deleted
(``middleware.SignedInMiddleware``). Its data is deleted as well, so that the encrypted logins in it are not stored any
longer. The asynchronous methods of the store are Django's own, because the portal does not use them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.core.by_key import ByKey
from portal.core.viewer import Role
from portal.people.client_address import client_address
from portal.people.viewers import ACTING, ON_WALL, PERSON

from .models import SignedIn

IS_LISTED = "known place"
SEEN_EVERY = timedelta(minutes=1)
_SESSIONS = ByKey(Session, "session_key")
_SIGNED_IN = ByKey(SignedIn, "key_hash")


def person_key(role: str, engine: str, login: str) -> str:
    """Return the key that identifies a person: role, NGNPro server and login; for an operator, id as login."""
    return f"{role} {engine} {login.lower()}"


def operator_key(pk: object) -> str:
    """Return the key that identifies an operator."""
    return person_key(Role.OPERATOR.value, "", str(pk))


def person_of(session: SessionBase) -> str:
    """Return the key of the person who is signed in; empty if no one is."""
    if operator := session.get(SESSION_KEY):
        return operator_key(operator)
    if person := session.get(PERSON):
        return person_key(person["role"], person["engine"], person["login"])
    return ""


def session_hash(session_key: str | None) -> str:
    """Return the hash of a session's key, which fits into the key field of Django's sessions; empty without a key."""
    return hashlib.blake2b(session_key.encode(), digest_size=20).hexdigest() if session_key else ""


def idle_limit() -> timedelta | None:
    """Return how long a session may be idle; ``None`` for no limit."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES) if settings.SESSION_IDLE_MINUTES else None


def total_limit() -> timedelta:
    """Return the longest duration of a session."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def wall_limit() -> timedelta:
    """Return the longest duration of the session of a wall display; nothing if there are to be none."""
    return timedelta(days=settings.WALL_DAYS)


def _in_time() -> Q:
    """Return the condition of sessions that have not exceeded their longest duration."""
    now = timezone.now()
    return Q(on_wall=False, since__gte=now - total_limit()) | Q(on_wall=True, since__gte=now - wall_limit())


def register_session(request: HttpRequest) -> None:
    """Store the row of a session after sign-in.

    This may happen twice for a session: Django does not save a session if the response is a 5xx error, and two requests
    may run at the same time.
    """
    request.session[IS_LISTED] = True
    if request.session.session_key is None:
        request.session.save()
    SignedIn.objects.update_or_create(
        key_hash=session_hash(request.session.session_key),
        defaults={
            "person": person_of(request.session)[:400],
            "source": client_address(request) or None,
            "user_agent": request.headers.get("User-Agent", "")[:300],
            "on_wall": ON_WALL in request.session,
        },
    )


def find_signed_in(session: SessionBase) -> SignedIn | None:
    """Return the row of a session, if it has one."""
    return _SIGNED_IN.find(session_hash(session.session_key))


def has_expired(row: SignedIn) -> bool:
    """Return whether a session has been idle or signed in for too long."""
    now, idle = timezone.now(), idle_limit()
    longest = wall_limit() if row.on_wall else total_limit()
    return now - row.since > longest or (idle is not None and now - row.seen_at > idle)


def touch_session(row: SignedIn) -> None:
    """Update the time when the session was last used, once a minute at most."""
    now = timezone.now()
    if now - row.seen_at > SEEN_EVERY:
        SignedIn.objects.filter(pk=row.pk).update(seen_at=now)


def forget_session(before: str) -> None:
    """Delete the row of a session that has ended."""
    SignedIn.objects.filter(key_hash=before).delete()


def follow_new_key(before: str, after: str) -> None:
    """Update the key hash of a session whose key has changed."""
    SignedIn.objects.filter(key_hash=before).update(key_hash=after)


def sessions_of(person: str) -> QuerySet[SignedIn]:
    """Return a person's sessions that have not expired, last used first."""
    alive, idle = _in_time(), idle_limit()
    if idle is not None:
        alive &= Q(seen_at__gte=timezone.now() - idle)
    return SignedIn.objects.filter(alive, person=person)


def end_sessions(rows: Iterable[SignedIn]) -> int:
    """End sessions, delete their data, and return how many there were."""
    hashes = {row.key_hash for row in rows}
    if not hashes:
        return 0
    SignedIn.objects.filter(key_hash__in=hashes).delete()
    Session.objects.filter(session_key__in=hashes).delete()
    return len(hashes)


def end_all_sessions(person: str, but: SessionBase | None = None) -> int:
    """End all sessions of a person, except ``but``, and return how many there were."""
    rows = SignedIn.objects.filter(person=person)
    return end_sessions(rows.exclude(key_hash=session_hash(but.session_key)) if but is not None else rows)


def delete_old_sessions() -> None:
    """Delete the rows of sessions that have exceeded the longest duration."""
    SignedIn.objects.exclude(_in_time()).delete()


def become_wall_display(session: SessionBase) -> None:
    """Make a session that of a wall display, for as long as the settings allow, with another key."""
    session[ON_WALL] = True
    session.pop(ACTING, None)
    session.set_expiry(wall_limit())
    row = find_signed_in(session)
    session.cycle_key()
    if row is not None:
        SignedIn.objects.filter(pk=row.pk).update(on_wall=True, since=timezone.now())


class SessionStore(db.SessionStore):
    """Django's database sessions, with the hash of the key (``sessions.hash_of``) as primary key."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSIONS.find(session_hash(self.session_key))
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(session_hash(session_key))

    def create_model_instance(self, data: Any) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = session_hash(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(session_hash(key))

    def save(self, must_create: bool = False) -> None:  # Django's signature
        """Save the session; if the database fails, raise the database's own exception.

        Django would answer every failed update with status 400, as if the session had been deleted in the meantime.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise
