"""Secrets that are shown once: stored encrypted in the server-side session until the next page shows them."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core import sealing

KEEP_SECONDS = 15 * 60
HELD = "held_secrets"


def keep_once(request: HttpRequest, name: str, secret: str) -> None:
    """Store a secret in the session for the next page."""
    request.session[f"once {name}"] = sealing.seal(secret)


def take_once(request: HttpRequest, name: str) -> str:
    """Remove a stored secret and return it; empty if it was removed before or stored more than 15 minutes ago."""
    sealed = request.session.pop(f"once {name}", "")
    return sealing.unseal(sealed, KEEP_SECONDS) if sealed else ""


def hold(request: HttpRequest, label: str, secret: str) -> None:
    """Store a secret on the request, in memory only, while it is being written to NGNPro.

    If the portal's database fails before ``keep_once`` has stored it, the error page shows it.
    """
    if secret:
        request.__dict__.setdefault(HELD, {})[label] = secret


def held(request: HttpRequest) -> dict[str, str]:
    """Return the secrets stored by ``hold``, by label."""
    return dict(request.__dict__.get(HELD, {}))
