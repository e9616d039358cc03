"""The example of docs/adding-an-entity.md is a complete room: one folder, and one line in the list of rooms."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import clear_url_caches

from portal.core import rooms
from tests.support.portal import Platform

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "adding-an-entity.md"
EXAMPLE = re.compile(r"```python\n# portal/things/(\w+\.py)\n(.*?)```", re.DOTALL)


def forget_rooms() -> None:
    """Delete what was derived from the list of rooms."""
    for derived in vars(rooms).values():
        if hasattr(derived, "cache_clear"):
            derived.cache_clear()
    clear_url_caches()
    sys.modules.pop("portal.urls", None)


@pytest.fixture
def things(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A portal with the room of the document, in a temporary folder."""
    files = dict(EXAMPLE.findall(DOCUMENT.read_text()))
    assert set(files) == {"forms.py", "room.py", "views.py"}
    folder = tmp_path / "things"
    folder.mkdir()
    for name, text in {"__init__.py": "", **files}.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.ROOMS = [*settings.ROOMS, "things"]
    forget_rooms()
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "things"]:
        del sys.modules[name]
    settings.ROOMS = settings.ROOMS[:-1]
    forget_rooms()


def test_the_documented_room_lists_and_adds_records(things: None, browser: Client, platform: Platform) -> None:
    platform.add_domain("first.example")
    assert "first.example" in browser.get("/things/").content.decode()
    assert 'href="/things/"' in browser.get("/domains/").content.decode()
    answer = browser.post("/things/add/", {"domain": "second.example"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/things/")
    assert platform.ngnpro.sip.find_domain("second.example") is not None


def test_the_documented_room_refuses_what_is_invalid(things: None, browser: Client, platform: Platform) -> None:
    assert browser.post("/things/add/", {"domain": ""}).status_code == 422
