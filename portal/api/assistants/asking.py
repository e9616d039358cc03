"""Requests to the API from the same process, through all of the portal's middleware, as if they came by HTTP."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who asks: the header ``Authorization``, the IP address, and what proxies in front say of it."""

    authorization: str
    address: str = "127.0.0.1"
    forwarded: str = ""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """The status of an answer of the API, and its JSON."""

    status: int
    body: Any

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400


@lru_cache(maxsize=1)
def _application() -> WSGIHandler:
    return get_wsgi_application()


def ask_api(
    caller: ApiCaller, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None
) -> ApiAnswer:
    """Send a request to the path below ``/api/v1/``, and return the answer."""
    data = b"" if body is None else json.dumps(body).encode()
    environ = {
        **_server(),
        "REQUEST_METHOD": method,
        "PATH_INFO": (settings.API_PATH + path).encode().decode("latin-1"),
        "QUERY_STRING": urlencode({name: _text(value) for name, value in (query or {}).items()}),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(data)),
        "REMOTE_ADDR": caller.address,
        "HTTP_AUTHORIZATION": caller.authorization,
        "wsgi.input": io.BytesIO(data),
    }
    if caller.forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = caller.forwarded
    response = _application()(environ, _begin)
    try:
        text = b"".join(response)
    finally:
        response.close()
    return ApiAnswer(response.status_code, json.loads(text) if text else None)


def _begin(_status: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
    """Take the status and the headers, as WSGI demands; the response has them, too."""
    return io.BytesIO().write


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _server() -> dict[str, Any]:
    """Return what a WSGI server says of itself, for the portal at its usual address."""
    where = urlsplit(settings.PORTAL_URL)
    scheme = "https" if settings.TLS else "http"
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": where.hostname or "localhost",
        "SERVER_PORT": str(where.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": where.netloc,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
