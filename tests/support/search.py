"""Searches bytes for secrets, including the encodings of sessions, cookies and queued tasks."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

# Shorter runs are ordinary words, not encoded values.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")


def found_in(data: bytes, secrets: Mapping[str, str]) -> set[str]:
    """Return the names of the ``secrets`` in ``data``: plain, percent-encoded, in base64, or compressed in base64."""
    found: set[str] = set()
    for reading in _readings(data):
        found |= {name for name, secret in secrets.items() if secret.encode() in reading}
    return found


def _readings(data: bytes, depth: int = 2) -> Iterator[bytes]:
    yield data
    if b"%" in data:
        yield unquote_to_bytes(data)
    if depth:
        for run in _BASE64.findall(data):
            for unwrapped in _unwrap(run):
                yield from _readings(unwrapped, depth - 1)


def _unwrap(run: bytes) -> Iterator[bytes]:
    text = run.rstrip(b"=")
    # An encoded value may follow other characters of the same alphabet, so it can start at each of four offsets.
    for start in range(4):
        part = text[start:]
        whole = part[: len(part) - (len(part) % 4 == 1)]
        try:
            unwrapped = base64.b64decode(whole + b"=" * (-len(whole) % 4), altchars=b"-_" if _urlsafe(run) else b"+/")
        except binascii.Error:
            continue
        yield unwrapped
        try:
            yield zlib.decompressobj().decompress(unwrapped)
        except zlib.error:
            continue


def _urlsafe(run: bytes) -> bool:
    return b"-" in run or b"_" in run
