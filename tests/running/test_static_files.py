"""Static files are compressed once, named by their content, and kept by browsers for years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from portal.running.preparing import collect_statics

YEAR = 365 * 24 * 3600
TEXTS = ("portal.css", "portal.js", "icons.svg", "bootstrap/bootstrap.min.css", "bootstrap/bootstrap.rtl.min.css")


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """Collect the static files as a start of the portal does."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    collect_statics()
    return tmp_path


def test_texts_are_sent_compressed_and_kept_for_a_year(collected: Path) -> None:
    for name in TEXTS:
        url = staticfiles_storage.url(name)
        assert url != f"/static/{name}"
        assert (collected / url.removeprefix("/static/")).exists()
        sizes = {}
        for coding in ("br", "gzip", ""):
            answer = Client(headers={"Accept-Encoding": coding}).get(url)
            assert answer.status_code == 200
            assert answer.headers.get("Content-Encoding", "") == coding
            [age] = [part for part in answer.headers["Cache-Control"].split(", ") if part.startswith("max-age=")]
            assert int(age.removeprefix("max-age=")) >= YEAR
            assert "immutable" in answer.headers["Cache-Control"]
            sizes[coding] = len(answer.getvalue())
        assert sizes["br"] < sizes["gzip"] < sizes[""]
