"""Secrets that are shown once: stored encrypted until the next page of the session shows them.

The session holds the id of a row. The request that deletes the row shows the secret, so that of several simultaneous
requests only one shows it.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from portal.core import sealing
from portal.core.models import OnceSecret

KEEP_SECONDS = 15 * 60
HELD, TAKEN = "held_secrets", "taken_secrets"


def keep_once(request: HttpRequest, name: str, secret: str) -> None:
    """Store a secret for the next page of this session."""
    request.session[f"once {name}"] = str(OnceSecret.objects.create(sealed=sealing.seal(secret)).pk)


def take_once(request: HttpRequest, name: str) -> str:
    """Remove a stored secret and return it; empty if it was removed before or stored more than 15 minutes ago."""
    kept = OnceSecret.objects.filter(pk=request.session.pop(f"once {name}", None))
    row = kept.first()
    if row is None or not kept.delete()[0]:
        return ""
    request.__dict__.setdefault(TAKEN, []).append(row)
    return sealing.unseal(row.sealed, KEEP_SECONDS)


def restore_taken(request: HttpRequest) -> None:
    """Store the secrets of ``take_once`` again after an error, which showed none and does not change the session."""
    with contextlib.suppress(DatabaseError):
        OnceSecret.objects.bulk_create(request.__dict__.get(TAKEN, []))


def delete_old_secrets() -> None:
    """Delete secrets that no page has shown in time."""
    OnceSecret.objects.filter(kept_at__lt=timezone.now() - timedelta(seconds=KEEP_SECONDS)).delete()


def hold(request: HttpRequest, label: str, secret: str) -> None:
    """Store a secret on the request, in memory only, while it is being written to NGNPro.

    If the portal's database fails before ``keep_once`` has stored it, the error page shows it.
    """
    if secret:
        request.__dict__.setdefault(HELD, {})[label] = secret


def held(request: HttpRequest) -> dict[str, str]:
    """Return the secrets stored by ``hold``, by label."""
    return dict(request.__dict__.get(HELD, {}))
