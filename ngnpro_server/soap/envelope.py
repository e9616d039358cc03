"""The HTTP side of SOAP: a request's body, its size limit, its source, and its URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

from ngnpro_server.config import Server
from ngnpro_server.faults import Fault
from ngnpro_wire.facts.fault_codes import FaultCode

Environ: TypeAlias = dict[str, Any]

_CHUNK = 64 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
# RFC 3986 section 3.2: a host name, an IPv4 address or a bracketed IPv6 address, and a port
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def read_body(environ: Environ, limit: int) -> bytes:
    """Return the body of a request; raise REQUEST_TOO_LARGE if it is longer than ``limit`` bytes.

    A longer body is read in small pieces and discarded, so that the client can read the answer.
    """
    pieces: list[bytes] = []
    size = 0
    for piece in _pieces(environ):
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            pieces.clear()
    if size > limit:
        raise Fault(FaultCode.REQUEST_TOO_LARGE, f"A request may have at most {limit} bytes.")
    return b"".join(pieces)


def _pieces(environ: Environ) -> Iterator[bytes]:
    stream: IO[bytes] = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or ""
    terminated = bool(environ.get("wsgi.input_terminated"))
    left = int(length) if length.isdecimal() else (_DRAIN_LIMIT if terminated else 0)
    left = min(left, _DRAIN_LIMIT)
    while left > 0:
        piece = stream.read(min(left, _CHUNK))
        if not piece:
            return
        left -= len(piece)
        yield piece


def source_address(environ: Environ, server: Server) -> str:
    """Return the client's address; behind a trusted proxy, the last one in X-Forwarded-For.

    For a call through another proxy, the address is ``via`` and that proxy's address, so that the client does not get
    the trust that the proxy's machine may have (``[logins] trusted_sources``).
    """
    address = str(environ.get("REMOTE_ADDR") or "unknown")
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip()
    if address in server.proxies and re.fullmatch(r"[0-9A-Fa-f:.]{2,45}", forwarded):
        return forwarded
    return f"via {address}" if forwarded else address


def asked_address(environ: Environ, server: Server) -> str:
    """Return the URL of the request, without ``/wsdl`` at its end.

    The Host header is used only if it is valid, X-Forwarded-Proto only if the configuration enables it.
    """
    scheme = environ["wsgi.url_scheme"]
    if server.trust_forwarded_proto and environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
        scheme = environ["HTTP_X_FORWARDED_PROTO"]
    host = str(environ.get("HTTP_HOST") or "")
    if not _HOST.fullmatch(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    path = "/" + path.removesuffix("/wsdl").strip("/")
    return f"{scheme}://{host}{path if re.fullmatch(r'[A-Za-z0-9/_.-]*', path) else '/'}"
