"""The texts of pages, mails and messages in other languages: finds, updates, fills and compiles them.

``python -m tests.support.words`` (``make words``) brings the catalogue of every language up to date: new messages are
added without a translation, and those that no file uses any longer are deleted. ``make words FROM=folder`` also fills
messages that have no translation from ``folder/<language>.jsonl``, such as ``folder/de.jsonl``, with one object a line:
``{"en": "Name", "to": "Name"}``, or for a message with a plural
``{"en": ["%(n)s day", "%(n)s days"], "to": ["%(n)s Tag", "%(n)s Tage"]}``, with the plural forms in the order of the
catalogue's header (Romanian has three). A message with a context has it as ``"context"``. With ``AGAIN=1``, existing
translations are replaced, too. ``make words MISSING=folder`` writes the messages without a translation to such files,
with ``null`` as translation. The catalogues are made by Babel and Django alone: no program of GNU gettext is needed.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "portal" / "locale"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)  # constant, so that a catalogue changes only with its texts
OTHER_LANGUAGES = ("nl", "de", "es", "ro")
# The functions that mark a message, with the positions of their arguments: ``None`` for one message, ``c`` a context.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
INDENTED = re.compile(r"^[ \t]+", re.MULTILINE)
TEMPLATES = (".html", ".txt", ".js")
Key = tuple[str, str | tuple[str, ...]]


def sources() -> Iterator[Path]:
    """Yield the files that may contain messages: the portal's modules, and all templates."""
    yield from sorted((ROOT / "portal").rglob("*.py"))
    yield from sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in TEMPLATES)


def messages_of(path: Path) -> Iterator[Key]:
    """Yield the messages of a file, with their contexts: a text, or singular and plural."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = INDENTED.sub("", templatize(text, origin=str(path)))
    for _line, found, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        if found and found[0]:
            yield context or "", found


@functools.cache
def to_translate() -> dict[Key, list[str]]:
    """Map every message to the files that it is from."""
    found: dict[Key, list[str]] = {}
    for path in sources():
        for key in messages_of(path):
            found.setdefault(key, []).append(path.relative_to(ROOT).as_posix())
    singular = {(context, text[0]): (context, text) for context, text in found if isinstance(text, tuple)}
    for key in singular.keys() & found.keys():  # gettext has one entry for a message, with or without a plural
        found[singular[key]] += found.pop(key)
    return found


def po_of(language: str) -> Path:
    """Return the path of a catalogue."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


@functools.cache
def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language."""
    with po_of(language).open("rb") as file:
        return read_po(file, locale=language)


def entries(kept: Catalog) -> list[Message]:
    """List the messages of a catalogue, without its header."""
    return [entry for entry in kept if entry.id]


def key_of(entry: Message) -> Key:
    """Return the context and the text of a message of a catalogue."""
    return entry.context or "", entry.id


def texts_of(entry: Message) -> tuple[str, ...]:
    """Return the translation of a message: one text, or all plural forms."""
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def is_translated(entry: Message) -> bool:
    """Return whether a message has a translation, in all plural forms."""
    return all(texts_of(entry)) and bool(texts_of(entry))


def bring_up_to_date(language: str, filled: dict[Key, Any] | None = None, *, again: bool = False) -> Catalog:
    """Return a catalogue with exactly the current messages: with their translations, or those of ``filled``."""
    known: dict[Key, Any] = {}
    if po_of(language).exists():
        known = {key_of(entry): entry.string for entry in entries(catalogue(language)) if is_translated(entry)}
    said = {**known, **(filled or {})} if again else {**(filled or {}), **known}
    new = Catalog(
        locale=language,
        domain="django",
        header_comment="# The words of the portal.",
        project="NGNPro portal",
        creation_date=CREATED,
        revision_date=CREATED,
        last_translator="NGNPro portal",
        language_team=language,
        msgid_bugs_address="-",
        fuzzy=False,
    )
    for (context, text), places in sorted(to_translate().items(), key=lambda item: (item[1][0], str(item[0]))):
        nothing = ("",) * new.num_plurals if isinstance(text, tuple) else ""
        where = [(place, 0) for place in sorted(set(places))]
        new.add(text, said.get((context, text), nothing), locations=where, context=context or None)
    return new


def write(language: str, kept: Catalog) -> None:
    """Write a catalogue, as text (.po) and compiled (.mo)."""
    path = po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, width=120, omit_header=False, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, kept)


def read_filled(path: Path) -> dict[Key, Any]:
    """Read translations from a file with a JSON object a line; an absent file has none."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        item = json.loads(line)
        if item["to"]:
            text, said = (tuple(item[name]) if isinstance(item[name], list) else item[name] for name in ("en", "to"))
            found[item.get("context", ""), text] = said
    return found


def write_missing(path: Path, missing: Iterable[Message]) -> None:
    """Write the messages without a translation to a file for ``read_filled``."""
    lines = (
        {
            "en": entry.id,
            "to": None,
            "in": entry.locations[0][0],
            **({"context": entry.context} if entry.context else {}),
        }
        for entry in missing
    )
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def main() -> None:
    """Bring all catalogues up to date, and print how many messages have no translation."""
    parser = argparse.ArgumentParser(description="Bring the catalogues of all languages up to date.")
    parser.add_argument("--from", dest="filled", type=Path, help="folder with <language>.jsonl to fill messages from")
    parser.add_argument("--again", action="store_true", help="replace existing translations, too")
    parser.add_argument("--missing", type=Path, help="folder to write <language>.jsonl with untranslated messages to")
    options = parser.parse_args()
    for language in OTHER_LANGUAGES:
        filled = read_filled(options.filled / f"{language}.jsonl") if options.filled else {}
        kept = bring_up_to_date(language, filled, again=options.again)
        write(language, kept)
        missing = [entry for entry in entries(kept) if not is_translated(entry)]
        print(f"{language}: {len(entries(kept))} messages, {len(missing)} without a translation")
        if options.missing:
            options.missing.mkdir(parents=True, exist_ok=True)
            write_missing(options.missing / f"{language}.jsonl", missing)


if __name__ == "__main__":
    main()
