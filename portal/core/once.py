"""Secrets that are shown once: kept encrypted in the server-side session until the next page takes them."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core import sealing

KEEP_SECONDS = 15 * 60
HELD = "held_secrets"


def keep_once(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret for the page after this one."""
    request.session[f"once {name}"] = sealing.seal(secret)


def take_once(request: HttpRequest, name: str) -> str:
    """Take a kept secret; the second time, and after a quarter of an hour, there is none."""
    sealed = request.session.pop(f"once {name}", "")
    return sealing.unseal(sealed, KEEP_SECONDS) if sealed else ""


def hold(request: HttpRequest, label: str, secret: str) -> None:
    """Hold a secret while it is being written to NGNPro, in memory only.

    If the portal's database fails before ``keep_once`` is stored, the page that says so shows what was held.
    """
    if secret:
        request.__dict__.setdefault(HELD, {})[label] = secret


def held(request: HttpRequest) -> dict[str, str]:
    """Return the secrets that this request holds, by label."""
    return dict(request.__dict__.get(HELD, {}))
