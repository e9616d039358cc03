"""Addresses of pages: record keys in URLs, and safe targets for redirects.

Clients and proxies normalize ``.``, ``..``, ``//``, ``%2F`` and ``%2E`` before a server sees them, so that a
percent-encoded key may reach another record: ``a/../b`` becomes ``b``. Therefore letters, digits and ``-_.+@:*`` are
written unchanged, and every other byte of the key in UTF-8, as well as a dot at its beginning, is written as ``~`` and
two hexadecimal digits. The empty key is ``~``. Each key has exactly one such form, and URLs with any other are refused.
"""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import register_converter
from django.utils.http import url_has_allowed_host_and_scheme

from portal.core.forms import NOT_XML

UNCHANGED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+@:*")
EMPTY_KEY = "~"


_PLAIN_KEY = re.compile(r"[A-Za-z0-9_+@:*-][A-Za-z0-9_.+@:*-]*")


def url_segment(key: str) -> str:
    """Return a key encoded as a path segment."""
    if _PLAIN_KEY.fullmatch(key):  # shortcut for nearly all keys of long lists
        return key
    written = "".join(chr(byte) if byte in UNCHANGED else f"~{byte:02X}" for byte in key.encode("utf-8", "replace"))
    return f"~2E{written[1:]}" if written.startswith(".") else written or EMPTY_KEY


def key_of_segment(written: str) -> str:
    """Return the key that a path segment encodes; the inverse of ``segment``.

    Raises ``ValueError`` for anything that ``segment`` does not produce, and for characters that XML does not allow:
    NGNPro sends records as XML, so no key contains them.
    """
    if written == EMPTY_KEY:
        return ""
    first, *escapes = written.split("~")
    read = first.encode("ascii") + b"".join(bytes.fromhex(part[:2]) + part[2:].encode("ascii") for part in escapes)
    key = read.decode("utf-8")
    if url_segment(key) != written or NOT_XML.search(key):
        raise ValueError(f"{written!r} is not a key")
    return key


class KeyConverter:
    """The key of a record; the page checks whether the record exists."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        return key_of_segment(value)

    def to_url(self, value: object) -> str:
        return url_segment(str(value))


register_converter(KeyConverter, "key")


def safe_redirect(request: HttpRequest, page: str) -> str:
    """Return the URL if it is on this portal, else that of the overview."""
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else "/"
