"""Sounds as greetings, and playback of byte ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

from portal.ngnpro.records.base import Record

WAV = "audio/wav"


class NotSoundError(ValueError):
    """Raised if a file is not a sound that a mailbox can play; the text is the reason."""


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The media type and length of a sound file."""

    media_type: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGreeting(Record):
    """An uploaded greeting with its media type and length."""

    data: bytes
    sound: SoundFacts


ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,12})-(?P<last>[0-9]{0,12})")


def answer_range(data: bytes, media_type: str, wanted: str) -> HttpResponse:
    """Return a response with the bytes of the ``Range`` header; all bytes if it has several ranges or none."""
    found = ONE_RANGE.fullmatch(wanted.strip())
    if found is None or not (found["first"] or found["last"]):
        return _response(data, media_type, HTTPStatus.OK)
    size = len(data)
    if found["first"]:
        first, last = int(found["first"]), min(int(found["last"] or size), size - 1)
    else:
        first, last = max(0, size - int(found["last"])), size - 1
    if first > last:
        response = _response(b"", media_type, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    response = _response(data[first : last + 1], media_type, HTTPStatus.PARTIAL_CONTENT)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _response(data: bytes, media_type: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(data, status=status, content_type=media_type, headers={"Accept-Ranges": "bytes"})
