"""The list of sessions, with one row per browser, identified by the hash of its session's key; and ending sessions.

A session ends when its row is deleted (``middleware.SignedInMiddleware``). Its data is deleted as well, so that the
encrypted logins in it are not stored any longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.core.viewer import Role
from portal.people.client_address import client_address
from portal.people.viewers import PERSON

from .models import SignedIn

KNOWN = "known place"
SEEN_EVERY = timedelta(minutes=1)


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


def hash_of(session_key: str | None) -> str:
    """Return the hash of a session's key, which fits into the key field of Django's sessions; empty without a key."""
    return hashlib.blake2b(session_key.encode(), digest_size=20).hexdigest() if session_key else ""


def idle_limit() -> timedelta | None:
    """Return how long a session may be idle; ``None`` for no limit."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES) if settings.SESSION_IDLE_MINUTES else None


def total_limit() -> timedelta:
    """Return the longest duration of a session."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def register_session(request: HttpRequest) -> None:
    """Store the row of a session after sign-in.

    This may happen twice for a session: Django does not save a session if the response is a 5xx error, and two requests
    may run at the same time.
    """
    request.session[KNOWN] = True
    if request.session.session_key is None:
        request.session.save()
    SignedIn.objects.update_or_create(
        key_hash=hash_of(request.session.session_key),
        defaults={
            "person": person_of(request.session)[:400],
            "source": client_address(request) or None,
            "user_agent": request.headers.get("User-Agent", "")[:300],
        },
    )


def find_signed_in(session: SessionBase) -> SignedIn | None:
    """Return the row of a session, if it has one."""
    return SignedIn.objects.filter(key_hash=hash_of(session.session_key)).first()


def has_expired(place: SignedIn) -> bool:
    """Return whether a session has been idle or signed in for too long."""
    now, idle = timezone.now(), idle_limit()
    return now - place.since > total_limit() or (idle is not None and now - place.seen_at > idle)


def touch_session(place: SignedIn) -> None:
    """Update the time when the session was last used, once a minute at most."""
    now = timezone.now()
    if now - place.seen_at > SEEN_EVERY:
        SignedIn.objects.filter(pk=place.pk).update(seen_at=now)


def forget_session(before: str) -> None:
    """Delete the row of a session that has ended."""
    SignedIn.objects.filter(key_hash=before).delete()


def follow_new_key(before: str, after: str) -> None:
    """Update the key hash of a session whose key has changed."""
    SignedIn.objects.filter(key_hash=before).update(key_hash=after)


def sessions_of(person: str) -> QuerySet[SignedIn]:
    """Return a person's sessions that have not expired, last used first."""
    now, idle = timezone.now(), idle_limit()
    alive = Q(since__gte=now - total_limit())
    if idle is not None:
        alive &= Q(seen_at__gte=now - idle)
    return SignedIn.objects.filter(alive, person=person)


def end_sessions(places: Iterable[SignedIn]) -> int:
    """End sessions, delete their data, and return how many there were."""
    hashes = {place.key_hash for place in places}
    if not hashes:
        return 0
    SignedIn.objects.filter(key_hash__in=hashes).delete()
    Session.objects.filter(session_key__in=hashes).delete()
    return len(hashes)


def end_all_sessions(person: str, but: SessionBase | None = None) -> int:
    """End all sessions of a person, except ``but``, and return how many there were."""
    places = SignedIn.objects.filter(person=person)
    return end_sessions(places.exclude(key_hash=hash_of(but.session_key)) if but is not None else places)


def delete_old_sessions() -> None:
    """Delete the rows of sessions that have exceeded the longest duration."""
    SignedIn.objects.filter(since__lt=timezone.now() - total_limit()).delete()
