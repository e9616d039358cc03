"""The HTTP side of SOAP: a request's body, its size limit, its encoding, its source, and its URL."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from email.message import Message
from functools import lru_cache
from typing import IO, Any, TypeAlias

from ngnpro_server.config import Server
from ngnpro_server.faults import Fault
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.hosts import forwarded_address

Environ: TypeAlias = dict[str, Any]

_CHUNK = 64 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
# the windowBits with which zlib reads each content encoding
_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
# RFC 3986 section 3.2: a host name, an IPv4 address or a bracketed IPv6 address, and a port
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class MediaUnsupported(Fault):
    """The body is compressed or packed in a way that the server does not read (RFC 9110, section 15.5.16)."""


def read_body(environ: Environ, limit: int) -> tuple[bytes, str]:
    """Return the body of a request and the charset that its header names, or ``""``.

    Bodies in gzip and deflate are unpacked (RFC 9110, section 8.4.1). Raises REQUEST_TOO_LARGE if the body, as it was
    sent or unpacked, is longer than ``limit`` bytes, and ``MediaUnsupported``. A longer body is read in small pieces
    and discarded, so that the client can read the answer.
    """
    body = _body(environ, limit)
    kind, charset = _media_type(str(environ.get("CONTENT_TYPE") or "text/xml"))
    if kind == "multipart":
        text = (
            "The call is packed with attachments (MTOM). Send it as text/xml, with binary data as Base64 in its place."
        )
        raise MediaUnsupported(FaultCode.REQUEST_MALFORMED, text)
    coding = str(environ.get("HTTP_CONTENT_ENCODING") or "identity").strip().lower()
    return _unpacked(body, coding, limit), charset


@lru_cache(maxsize=64)
def _media_type(text: str) -> tuple[str, str]:
    """Return the main type and the charset of a Content-Type header; nearly all calls have one of few."""
    header = Message()
    header["Content-Type"] = text
    return header.get_content_maintype(), str(header.get_content_charset() or "")


def _unpacked(body: bytes, coding: str, limit: int) -> bytes:
    if coding == "identity":
        return body
    if coding not in _WINDOW:
        text = f"The content encoding {coding[:40]!r} is not known; gzip and deflate are."
        raise MediaUnsupported(FaultCode.REQUEST_MALFORMED, text)
    unpacker = zlib.decompressobj(_WINDOW[coding])
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise Fault(
            FaultCode.REQUEST_MALFORMED, f"The body is not in the encoding {coding} that it declares."
        ) from None
    if len(unpacked) > limit:
        raise _too_large(limit)
    if not unpacker.eof:
        raise Fault(FaultCode.REQUEST_MALFORMED, f"The body in the encoding {coding} is incomplete.")
    return unpacked


def _too_large(limit: int) -> Fault:
    return Fault(FaultCode.REQUEST_TOO_LARGE, f"A request may have at most {limit} bytes.")


def _body(environ: Environ, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in _pieces(environ):
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            pieces.clear()
    if size > limit:
        raise _too_large(limit)
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
    address = _direct_address(environ)
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip()
    client = forwarded_address(forwarded) if address in server.proxies else ""
    return client or (f"via {address}" if forwarded else address)


def _direct_address(environ: Environ) -> str:
    """Return the address of the connection, an IPv4 address in IPv6 notation as IPv4."""
    address = str(environ.get("REMOTE_ADDR") or "unknown")
    return forwarded_address(address) or address


def asked_address(environ: Environ, server: Server) -> str:
    """Return the URL of the request, without ``/wsdl`` at its end.

    The Host header is used only if it is valid, X-Forwarded-Proto only from a trusted proxy or if the configuration
    enables it for all clients.
    """
    scheme = environ["wsgi.url_scheme"]
    is_trusted = server.trust_forwarded_proto or _direct_address(environ) in server.proxies
    if is_trusted and environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
        scheme = environ["HTTP_X_FORWARDED_PROTO"]
    host = str(environ.get("HTTP_HOST") or "")
    if not _HOST.fullmatch(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    path = "/" + path.removesuffix("/wsdl").strip("/")
    return f"{scheme}://{host}{path if re.fullmatch(r'[A-Za-z0-9/_.-]*', path) else '/'}"
