"""The page shown when the portal's own database is down, rendered without the database and the session.

It says what NGNPro has already stored, and shows passwords that are shown only once, since the next page cannot.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.core.once import held

AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = 10


def is_away(error: BaseException | None) -> bool:
    """Return whether an error was caused by a database that cannot be reached or written."""
    return any(isinstance(one, AWAY) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def database_away(request: HttpRequest) -> HttpResponse:
    """Show that the database is down, what is stored and what is not, and what to do next."""
    made = getattr(request, "writes", None)
    stored = [write.summary or write.calls[0].operation for write in made.stored] if made else []
    context = {
        "stored": stored,
        "secrets": held(request) if stored else {},
        "saving": request.method == "POST",
        "address": request.get_full_path(),
        "reference": secrets.token_hex(4),
    }
    response = HttpResponse(render_to_string("database.html", context), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
