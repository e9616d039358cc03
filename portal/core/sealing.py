"""Encryption of the few secrets that the portal stores temporarily (Fernet, keys from ``SECRET_KEY``).

A secret that is shown once is stored encrypted until the next page of the session shows it. The session holds the id of
a row. The request that deletes the row shows the secret, so that of several simultaneous requests only one shows it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from portal.core.models import OnceSecret


def seal(text: str) -> str:
    """Return a text encrypted, safe to store in a session, a database row or a task's arguments."""
    return _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, seconds: int | None = None) -> str:
    """Return the decrypted text; empty if it was sealed more than ``seconds`` ago, or with an unknown key."""
    try:
        fernet = _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return fernet.decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        return ""


def reseal(sealed: str) -> str:
    """Return a sealed text encrypted again with the current key; empty if it was sealed with an unknown key."""
    try:
        fernet = _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return fernet.rotate(sealed.encode()).decode("ascii")
    except InvalidToken:
        return ""


@lru_cache(maxsize=4)
def _fernet(*keys: str) -> MultiFernet:
    """Return the cipher: the first key encrypts; all of them decrypt, so that the secret key can be changed."""
    digests = (hashlib.sha256(b"portal.core.sealing:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


ONCE_SECONDS = 15 * 60
HELD, TAKEN = "held_secrets", "taken_secrets"


def keep_secret_once(request: HttpRequest, name: str, secret: str) -> None:
    """Store a secret for the next page of this session."""
    request.session[f"once {name}"] = str(OnceSecret.objects.create(sealed=seal(secret)).pk)


def take_secret(request: HttpRequest, name: str) -> str:
    """Remove a stored secret and return it; empty if it was removed before or stored more than 15 minutes ago."""
    kept = OnceSecret.objects.filter(pk=request.session.pop(f"once {name}", None))
    row = kept.first()
    if row is None or not kept.delete()[0]:
        return ""
    request.__dict__.setdefault(TAKEN, []).append(row)
    return unseal(row.sealed, ONCE_SECONDS)


def restore_taken(request: HttpRequest) -> None:
    """Store the secrets of ``take_secret`` again after an error, which showed none and does not change the session."""
    with contextlib.suppress(DatabaseError):
        OnceSecret.objects.bulk_create(request.__dict__.get(TAKEN, []))


def delete_old_secrets() -> None:
    """Delete secrets that no page has shown in time."""
    OnceSecret.objects.filter(kept_at__lt=timezone.now() - timedelta(seconds=ONCE_SECONDS)).delete()


def hold_secret(request: HttpRequest, label: str, secret: str, of: type = object) -> None:
    """Store a secret on the request, in memory only, while it is being written to NGNPro.

    If the portal's database fails before ``keep_secret_once`` has stored it, the error page shows it. ``of`` is the
    type of the record that it belongs to, for a request that writes several.
    """
    if secret:
        request.__dict__.setdefault(HELD, {})[label] = (secret, of)


def held_secrets(request: HttpRequest, stored: Iterable[object]) -> dict[str, str]:
    """Return the secrets stored by ``hold_secret``, by label, if their record is among the ``stored`` ones."""
    records, held = tuple(stored), request.__dict__.get(HELD, {})
    return {label: secret for label, (secret, of) in held.items() if any(isinstance(one, of) for one in records)}
