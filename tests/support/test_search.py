"""Tests of tests/support/search.py: a search that finds nothing would let every canary test pass."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from django.core import signing

from tests.support.search import found_in

SECRET = "Kanarienvogel7Gelb"


@pytest.mark.parametrize(
    "data",
    [
        f"password={SECRET}&x=1".encode(),
        b"\x00\x17" + SECRET.encode() + b"\xff",
        base64.b64encode(json.dumps([{"password": SECRET}]).encode()),
        b'{"body": "' + base64.b64encode(f"some task arguments, {SECRET}".encode()) + b'"}',
        signing.dumps({"password": SECRET, "filler": "x" * 500}, key="k", compress=True).encode(),
        signing.dumps({"password": SECRET}, key="k").encode(),
        base64.b64encode(base64.b64encode(SECRET.encode() * 3)),
        b"abc" + base64.urlsafe_b64encode(zlib.compress(SECRET.encode() * 9)),
        b"Kanarienvogel%37Gelb",
    ],
    ids=["form", "binary", "base64", "task", "session", "cookie", "twice", "compressed", "percent"],
)
def test_a_secret_is_found_however_it_is_wrapped(data: bytes) -> None:
    assert found_in(data, {"bird": SECRET, "other": "Another" + SECRET}) == {"bird"}


def test_data_without_the_secret_is_silent() -> None:
    assert not found_in(bytes(range(256)) * 50 + b"Kanarienvogel", {"bird": SECRET})
