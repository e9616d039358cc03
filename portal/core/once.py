"""Secrets that are shown once: kept encrypted in the server-side session until the next page takes them."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core import sealing

KEEP_SECONDS = 15 * 60


def keep_once(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret for the page after this one."""
    request.session[f"once {name}"] = sealing.seal(secret)


def take_once(request: HttpRequest, name: str) -> str:
    """Take a kept secret; the second time, and after a quarter of an hour, there is none."""
    sealed = request.session.pop(f"once {name}", "")
    return sealing.unseal(sealed, KEEP_SECONDS) if sealed else ""
