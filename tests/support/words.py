"""The texts of mails in other languages: collects what needs translation, updates the catalogues, compiles them.

``python -m tests.support.words`` updates every catalogue; new phrases in it are left untranslated.
"""

from __future__ import annotations

import ast
import os
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
MAIL = ROOT / "portal" / "mail"
LOCALES = MAIL / "locale"
WORDS = MAIL / "text" / "words.py"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)  # constant, so that a catalogue changes only with its texts
OTHER_LANGUAGES = ("nl", "de", "es", "ro")


def to_translate() -> dict[str, list[tuple[str, int]]]:
    """Return each phrase of our own templates and of the texts beside them, with the files that it is from."""
    from portal.mail.text import wording

    found: dict[str, list[tuple[str, int]]] = {}
    for path in sorted(wording.OURS.glob("*.txt")):
        for phrase in wording.phrases_of(path.read_text(encoding="utf-8")):
            found.setdefault(phrase, []).append((path.relative_to(ROOT).as_posix(), 0))
    for node in ast.walk(ast.parse(WORDS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            found.setdefault(ast.literal_eval(node.args[0]), []).append((WORDS.relative_to(ROOT).as_posix(), 0))
    return found


def po_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language."""
    with po_of(language).open("rb") as file:
        return read_po(file, locale=language)


def bring_up_to_date(language: str) -> Catalog:
    """Return a catalogue with exactly the current phrases and their existing translations."""
    known = {str(entry.id): str(entry.string) for entry in catalogue(language)} if po_of(language).exists() else {}
    new = Catalog(
        locale=language,
        domain="django",
        header_comment="# The words of mails and letters.",
        project="NGNPro portal",
        creation_date=CREATED,
        revision_date=CREATED,
        last_translator="NGNPro portal",
        language_team=language,
        msgid_bugs_address="-",
        fuzzy=False,
    )
    for phrase, places in sorted(to_translate().items(), key=lambda item: (item[1][0], item[0])):
        new.add(phrase, known.get(phrase, ""), locations=sorted(set(places)))
    return new


def write(language: str, kept: Catalog) -> None:
    """Write a catalogue, as text (.po) and compiled (.mo)."""
    path = po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, width=120, omit_header=False, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, kept)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for code in OTHER_LANGUAGES:
        write(code, bring_up_to_date(code))
