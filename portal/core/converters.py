"""Record keys in URLs, encoded as one path segment that no client or proxy rewrites.

Clients and proxies normalize ``.``, ``..``, ``//``, ``%2F`` and ``%2E`` before a server sees them, so that a
percent-encoded key may reach another record: ``a/../b`` becomes ``b``. Therefore letters, digits and ``-_.+@:*`` are
written unchanged, and every other byte of the key in UTF-8, as well as a dot at its beginning, is written as ``~`` and
two hexadecimal digits. The empty key is ``~``. Each key has exactly one such form, and URLs with any other are refused.
"""

from __future__ import annotations

from django.urls import register_converter

from portal.core.forms import NOT_XML

PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+@:*")
EMPTY = "~"


def segment(key: str) -> str:
    """Return a key encoded as a path segment."""
    written = "".join(chr(byte) if byte in PLAIN else f"~{byte:02X}" for byte in key.encode("utf-8", "replace"))
    return f"~2E{written[1:]}" if written.startswith(".") else written or EMPTY


def key_of(written: str) -> str:
    """Return the key that a path segment encodes; the inverse of ``segment``.

    Raises ``ValueError`` for anything that ``segment`` does not produce, and for characters that XML does not allow:
    NGNPro sends records as XML, so no key contains them.
    """
    if written == EMPTY:
        return ""
    first, *escapes = written.split("~")
    read = first.encode("ascii") + b"".join(bytes.fromhex(part[:2]) + part[2:].encode("ascii") for part in escapes)
    key = read.decode("utf-8")
    if segment(key) != written or NOT_XML.search(key):
        raise ValueError(f"{written!r} is not a key")
    return key


class KeyConverter:
    """The key of a record; the page checks whether the record exists."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        return key_of(value)

    def to_url(self, value: object) -> str:
        return segment(str(value))


register_converter(KeyConverter, "key")
