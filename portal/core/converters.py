"""Record keys in URLs: one path segment, whatever the text, that no client and no proxy rewrites.

Clients and proxies fold ``.``, ``..``, ``//``, ``%2F`` and ``%2E`` before a server sees them, so that a key written
with percent signs may reach another record: ``a/../b`` becomes ``b``. So a key is written with letters, digits and
``-_.+@:*`` as they are, and each other byte of its UTF-8 form as ``~`` and two hexadecimal digits, and so is a dot at
its beginning. The empty key is ``~``. Each key has exactly one such form, and nothing else is accepted in a URL.
"""

from __future__ import annotations

from django.urls import register_converter

from portal.core.forms import NOT_XML

PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+@:*")
EMPTY = "~"


def segment(key: str) -> str:
    """Write a key as a path segment."""
    written = "".join(chr(byte) if byte in PLAIN else f"~{byte:02X}" for byte in key.encode("utf-8", "replace"))
    return f"~2E{written[1:]}" if written.startswith(".") else written or EMPTY


def key_of(written: str) -> str:
    """Read a key from a path segment. ``ValueError`` if it is not how ``segment`` writes a key, or cannot be a key.

    Records come from NGNPro in XML, so that no key holds a character that XML cannot have.
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
    """One record's key; the page finds out whether there is such a record."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        return key_of(value)

    def to_url(self, value: object) -> str:
        return segment(str(value))


register_converter(KeyConverter, "key")
