"""A language made of the English texts with marks around each, in which texts that nobody can translate stand out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support import words

LANGUAGE = "en-xx"
OPEN, CLOSE = "⟦", "⟧"
READ_ALOUD = ("title", "placeholder", "aria-label", "alt", "data-gone", "data-copied", "data-recent")
SILENT = ("script", "style", "code", "pre", "kbd", "samp", "svg", "textarea")
DJANGO = ("conf", "contrib/auth", "contrib/sessions", "contrib/contenttypes")


def marked(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}" if text.strip() else text


def write_pseudo_language(folder: Path) -> None:
    """Write a catalogue in which every text of the portal and of Django is itself, with marks."""
    made = Catalog(locale="en")
    for file in DJANGO:
        path = Path(django.__file__).parent / file / "locale" / "en" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as source:
            for entry in words.entries(read_po(source)):
                add(made, entry.context or "", entry.id if isinstance(entry.id, str) else tuple(entry.id))
    for context, text in words.to_translate():
        add(made, context, text)
    target = folder / "en_XX" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as written:
        write_mo(written, made)


def add(made: Catalog, context: str, text: str | tuple[str, ...]) -> None:
    said = marked(text) if isinstance(text, str) else tuple(map(marked, text))
    made.add(text, said, context=context or None)


def without_marked(text: str) -> str:
    """Return what of a text is outside of marks."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        if not depth and letter != CLOSE:
            kept.append(letter)
    return "".join(kept)


def spoken(root: Any, language: str = LANGUAGE) -> Iterator[str]:
    """Yield the texts of a page that people read or hear, without those that are marked as of another language."""
    for element in root.iter():
        if not isinstance(element.tag, str) or any(
            is_silent(one, language) for one in (element, *element.iterancestors())
        ):
            continue
        if element.text:
            yield element.text
        yield from (element.get(name) for name in READ_ALOUD if element.get(name))
    yield from (
        child.tail
        for child in root.iter()
        if child.tail
        and child.getparent() is not None
        and not any(is_silent(one, language) for one in child.iterancestors())
    )


def is_silent(element: Any, language: str) -> bool:
    return element.tag in SILENT or element.get("lang", language) != language
