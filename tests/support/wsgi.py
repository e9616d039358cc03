"""A ``requests`` transport that calls a WSGI application in this process; every test of the client uses it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiAdapter(BaseAdapter):
    """Answers every request of a session by calling a WSGI application; ``requests`` lists the requests."""

    def __init__(self, app: WsgiApp) -> None:
        super().__init__()
        self.app = app
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        """Call the application and return its answer as ``requests`` would."""
        self.requests.append(request)
        started: list[Any] = []
        body = request.body or b""
        chunks = self.app(
            _environ(request, body), lambda status, headers, _info=None: started.extend((status, headers))
        )
        try:
            content = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return _response(request, started[0], started[1], content)

    def close(self) -> None:
        """Close nothing: there is no connection."""


def wsgi_session(app: WsgiApp) -> requests.Session:
    """Make a session that sends all requests to a WSGI application; ``session.get_adapter("http://")`` records them."""
    session = requests.Session()
    adapter = WsgiAdapter(app)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _environ(request: requests.PreparedRequest, body: Any) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    raw = body.encode() if isinstance(body, str) else body
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path or "/",
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(raw),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def _response(
    request: requests.PreparedRequest, status: str, headers: list[tuple[str, str]], content: bytes
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code, response.reason = int(code), reason
    response.headers.update(headers)
    response.url, response.request = request.url or "", request
    response.raw = HTTPResponse(
        io.BytesIO(content), headers=dict(headers), status=int(code), preload_content=False, decode_content=False
    )
    return response
