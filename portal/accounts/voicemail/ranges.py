"""Bytes of a file, all or a part of them: players of sounds ask for parts (RFC 9110, section 14)."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.http import HttpResponse

ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,12})-(?P<last>[0-9]{0,12})")


def answer(data: bytes, media_type: str, wanted: str) -> HttpResponse:
    """Answer with the bytes that the header ``Range`` wants; with all of them where it wants several parts or none."""
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
