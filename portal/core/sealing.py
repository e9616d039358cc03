"""Encryption of the few secrets that the portal stores temporarily (Fernet, keys from ``SECRET_KEY``)."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# Names of properties, and of members of other servers, that hold secrets; the records declare their own secrets.
SECRET_NAME = re.compile(r"passw|secret|token|(private|api)_?key|(^|[_.])(pin|ha1b?)$", re.IGNORECASE)


def seal(text: str) -> str:
    """Return a text encrypted, safe to store in a session, a database row or a task's arguments."""
    return _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, seconds: int | None = None) -> str:
    """Return the decrypted text; empty if it was sealed more than ``seconds`` ago, or with an unknown key."""
    try:
        fernet = _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return fernet.decrypt(sealed.encode("ascii"), ttl=seconds).decode()
    except InvalidToken:
        return ""


def reseal(sealed: str) -> str:
    """Return a sealed text encrypted again with the current key; empty if it was sealed with an unknown key."""
    try:
        fernet = _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return fernet.rotate(sealed.encode("ascii")).decode("ascii")
    except InvalidToken:
        return ""


@lru_cache(maxsize=4)
def _fernet(*keys: str) -> MultiFernet:
    """Return the cipher: the first key encrypts; all of them decrypt, so that the secret key can be changed."""
    digests = (hashlib.sha256(b"portal.core.sealing:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
