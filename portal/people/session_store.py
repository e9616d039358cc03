"""Sessions in the database under the hash of their key.

The rows alone give no access to a session, because its cookie holds the key and not the hash. ``models.SignedIn``
stores the same hash. The asynchronous methods are Django's own, because the portal does not use them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from .sessions import hash_of


class SessionStore(db.SessionStore):
    """Django's database sessions, with the hash of the key (``sessions.hash_of``) as primary key."""

    def _get_session_from_db(self) -> Session | None:
        alive = Session.objects.filter(session_key=hash_of(self.session_key), expire_date__gt=timezone.now())
        found = alive.first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(hash_of(session_key))

    def create_model_instance(self, data: Any) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = hash_of(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(hash_of(key))

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
