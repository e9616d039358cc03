"""Pages are compressed; answers of the API are sent as they are, with a strong ETag."""

from __future__ import annotations

import gzip

from django.test import Client

from tests.support.portal import Platform

GZIP = {"Accept-Encoding": "gzip"}


def test_pages_are_compressed(browser: Client, world: Platform) -> None:
    answer = browser.get("/domains/", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert b"example.com" in gzip.decompress(answer.content)
    assert "Content-Encoding" not in browser.get("/domains/").headers


def test_answers_of_the_api_are_not(browser: Client, world: Platform) -> None:
    answer = browser.get("/api/docs/openapi.json", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
