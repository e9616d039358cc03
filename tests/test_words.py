"""The catalogues of all languages: complete, compiled, and with the same placeholders as the code and the templates."""

from __future__ import annotations

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.utils.translation import ngettext, override, pgettext

from tests.support import words

NAMED = re.compile(r"%\(\w+\)[sd]|%[sd%]")
BRACES = re.compile(r"\{\w*\}")
TAGS = re.compile(r"</?\w+[^<>]*>")
ENDS = ("…", "?", "!", ".")
PYTHON = sorted((words.ROOT / "portal").rglob("*.py"))


def untranslated_forms(entry: Message) -> tuple[str, ...]:
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def pairs(language: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the translations of a language with the message that each stands for, and whether it is the singular."""
    for entry in words.entries(words.catalogue(language)):
        forms, said = untranslated_forms(entry), words.texts_of(entry)
        for position, text in enumerate(said):
            yield (forms[0] if position == 0 else forms[-1]), text, position == 0 and len(forms) > 1


def ending(text: str) -> str:
    """Return the mark at the end of a text; a colon counts as a comma, because greetings end with either."""
    if text.endswith((":", ",")):
        return ","
    return next((mark for mark in ENDS if text.rstrip().endswith(mark)), "")


@pytest.mark.parametrize("language", words.OTHER_LANGUAGES)
def test_every_message_of_code_and_templates_is_in_the_catalogue(language: str) -> None:
    known = {words.key_of(entry) for entry in words.entries(words.catalogue(language))}
    assert known == set(words.to_translate()), "make words brings the catalogues up to date"


@pytest.mark.parametrize("language", words.OTHER_LANGUAGES)
def test_every_message_is_translated_and_none_is_a_guess(language: str) -> None:
    found = words.entries(words.catalogue(language))
    assert len(found) > 3000
    assert [entry.id for entry in found if not words.is_translated(entry)] == []
    assert [entry.id for entry in found if entry.fuzzy] == []


@pytest.mark.parametrize("language", words.OTHER_LANGUAGES)
def test_translations_have_the_placeholders_and_tags_of_their_messages(language: str) -> None:
    wrong = []
    for message, said, is_one in pairs(language):
        for marks in (NAMED, BRACES, TAGS):
            there, here = Counter(marks.findall(message)), Counter(marks.findall(said))
            if there.keys() != here.keys() and not (is_one and here.keys() <= there.keys()):
                wrong.append((message, said))
    assert wrong == []


@pytest.mark.parametrize("language", words.OTHER_LANGUAGES)
def test_translations_begin_and_end_as_their_messages_do(language: str) -> None:
    def edges(text: str) -> tuple[str, str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], ending(text)

    assert [(message, said) for message, said, _one in pairs(language) if edges(message) != edges(said)] == []


@pytest.mark.parametrize("language", words.OTHER_LANGUAGES)
def test_the_compiled_words_are_those_that_people_wrote(language: str) -> None:
    with words.po_of(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    plural: dict[object, str] = compiled._catalog  # type: ignore[attr-defined]
    for entry in words.entries(words.catalogue(language)):
        text, said = untranslated_forms(entry)[0], words.texts_of(entry)
        name = f"{entry.context}\x04{text}" if entry.context else text
        kept = [plural[name]] if isinstance(entry.id, str) else [plural[name, form] for form in range(len(said))]
        assert kept == list(said), "make words compiles them"


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(words.ROOT).as_posix())
def test_messages_are_whole_texts_and_not_made_of_pieces(path: Path) -> None:
    """A text that is put together before it is translated is in no catalogue."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in words.KEYWORDS
        and any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args)
    ]
    assert [(node.lineno, ast.unparse(node)) for node in calls if not counts(node)] == []


def counts(node: ast.Call) -> bool:
    """Return whether a call has a calculation only as its number."""
    return not any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args[:2]) and len(node.args) > 2


def test_words_with_several_meanings_have_a_context() -> None:
    without = {text for context, text in words.to_translate() if not context}
    assert without & {"All", "From", "Free", "To"} == set()


@pytest.mark.parametrize(
    ("language", "context", "word", "said"),
    [
        ("nl", "mail", "To", "Aan"),
        ("nl", "call", "To", "Naar"),
        ("nl", "noun", "Call", "Oproep"),
        ("de", "of test numbers", "Set", "Satz"),
        ("de", "call", "None", "Keiner"),
        ("es", "accounts", "All", "Todas"),
        ("es", "customers", "All", "Todos"),
        ("ro", "forwarding", "None", "Niciuna"),
    ],
)
def test_a_context_chooses_the_meaning(language: str, context: str, word: str, said: str) -> None:
    with override(language):
        assert pgettext(context, word) == said


@pytest.mark.parametrize(("phones", "said"), [(1, "1 telefon"), (2, "2 telefoane"), (20, "20 de telefoane")])
def test_romanian_counts_have_three_forms(phones: int, said: str) -> None:
    with override("ro"):
        assert ngettext("%(count)s phone", "%(count)s phones", phones) % {"count": phones} == said
