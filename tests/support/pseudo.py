"""A language made of the English texts with marks around each, in which texts that nobody can translate stand out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def unmarked(root: Any) -> Iterator[str]:
    """Yield what people read or hear on a page outside of marks, without what the page says is in another language."""
    yield from outside(texts_of(root))
    for element in root.iter():
        if isinstance(element.tag, str) and not any(is_foreign(one) for one in (element, *element.iterancestors())):
            yield from outside(element.get(name, "") for name in READ_ALOUD)


def outside(texts: Iterable[str]) -> Iterator[str]:
    """Yield what of each text is outside of marks; a mark that is open at the end of a text goes on in the next."""
    depth = 0
    for text in texts:
        kept = []
        for letter in text:
            depth += (letter == OPEN) - (letter == CLOSE)
            if not depth and letter != CLOSE:
                kept.append(letter)
        yield "".join(kept)


def texts_of(element: Any) -> Iterator[str]:
    """Yield the texts of a page in their order; one message may go over several elements."""
    if isinstance(element.tag, str) and not is_foreign(element):
        yield element.text or ""
        for child in element:
            yield from texts_of(child)
            yield child.tail or ""


def is_foreign(element: Any) -> bool:
    """Return whether an element has no words, or those of another language."""
    return element.tag in SILENT or element.get("lang", LANGUAGE) != LANGUAGE
