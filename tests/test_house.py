"""The rules of the house that no other tool holds: where files lie, how long they are, what templates may hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PORTAL = ROOT / "portal"
NOT_ROOMS = {"core", "ngnpro", "running"}
STAIRS = {"__init__", "apps", "room", "urls", "views", "forms", "tables", "tasks", "choices", "models"}
EXTRA = {
    "accounts": {"addresses", "health", "mailboxes", "records"},
    "accounts/calls": {"chart", "log"},
    "accounts/contacts": {"cards", "entries", "files"},
    # the file of a domain: how it is written, read, foreseen and stored, and who is told when that has ended
    "domains/transfer": {
        "document",
        "ending",
        "entries",
        "exporting",
        "parts",
        "passwords",
        "planning",
        "reading",
        "storing",
    },
    "accounts/incoming": {"callers", "week"},
    "accounts/voicemail": {"ranges", "sound"},
    "enum": {"coverage", "fields"},
    "enum/numbers": {"targets"},
    "lcr": {"badge", "calls", "fields", "findings", "pages", "plan", "preview"},
    # what is kept of a write, how it reads, and the way back
    "journal": {
        *("exporting", "keeper", "labels", "readers", "restoring"),
        *("selection", "showing", "undo", "values"),
    },
    "mail": {
        *("queueing", "delivery", "sending", "smtp", "messages", "folder"),
        # what a mail says, in whose name, and in which words
        *("kinds", "contents", "brands", "wording", "words", "sandbox", "blocks", "markup", "samples", "listening"),
    },
    "mail/letters": {"paper"},
    "mail/templates": {"pictures", "senders"},
    "session": {"addresses"},
}
SOURCES = [
    path
    for package in ("portal", "ngnpro_server", "ngnpro_wire")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]


def rooms() -> list[Path]:
    return [path.parent for path in PORTAL.rglob("urls.py") if path.parent != PORTAL]


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.relative_to(PORTAL).as_posix())
def test_a_room_has_only_the_files_that_one_expects(room: Path) -> None:
    name = room.relative_to(PORTAL).as_posix()
    found = {path.stem for path in room.glob("*.py")}
    assert found - STAIRS - EXTRA.get(name, set()) == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is_and_is_not_too_long(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "its first line says in one sentence what the module is"
    assert text.count("\n") <= 400


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    wrong = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|javascript:|\|safe\b|autoescape off")
    mails = ROOT / "templates" / "mail"
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        if path.parent != mails
        for match in wrong.finditer(path.read_text())
    ]
    assert found == []


def test_templates_name_no_foreign_host() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").glob("*.css"), *(ROOT / "static").glob("*.js")]
    named = [f"{p.relative_to(ROOT)}: {m[0]}" for p in pages for m in re.finditer(r"https?://[\w.]+", p.read_text())]
    assert [name for name in named if "www.w3.org" not in name] == []
