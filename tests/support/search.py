"""Searches bytes for secrets, also where they are wrapped as sessions, cookies and queued tasks are."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

# Shorter runs are words, not wrapped values.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")


def finds(secret: str, data: bytes) -> bool:
    """Tell whether ``data`` holds ``secret``: as it is, percent-encoded, in base64, or compressed in base64."""
    return any(secret.encode() in reading for reading in _readings(data))


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
    # A wrapped value may follow other characters of the same alphabet, so each of the four places can be its start.
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
