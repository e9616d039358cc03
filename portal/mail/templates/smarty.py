"""Translates mail templates of CDRTool, which are in Smarty's language, to the language of the templates here.

Known are variables with some modifiers, ``if`` with ``and``, ``or`` and ``not``, ``foreach`` over a list, comments and
``literal``. Everything else, and variables that no mail here has, is a ``Gap``: a template with gaps is not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TOKEN = re.compile(r"(\{\*|\*\}|\{[^\s{}*][^{}]*\})")
VARIABLE = re.compile(r"\$(\w+)(?:->(\w+))?\Z")
FOREACH = re.compile(r"foreach \$client->(\w+) as \$(\w+)\Z")
LOOP = re.compile(r"\$smarty\.foreach\.(\w+)\.(iteration|index|first|last)\Z")
# A brace that would begin a tag here, also together with what follows it.
BRACES = re.compile(r"\{(?:[{%#]|\Z)")
ALONE = re.compile(r"^[ \t]*(\{% [^%\n]* %\})[ \t]*\n", re.MULTILINE)

COMMENT = "{*"
COUNTERS = {"iteration": "counter", "index": "counter0", "first": "first", "last": "last"}
# Values are escaped in HTML without ``escape``.
FILTERS = {"upper": "|upper", "lower": "|lower", "capitalize": "|title", "escape": ""}
WORDS = {"and": "and", "&&": "and", "or": "or", "||": "or", "not": "not", "!": "not"}
CLOSED = {"else": "{% else %}", "/if": "{% endif %}", "foreachelse": "{% empty %}", "/foreach": "{% endfor %}"}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something in a template that has no counterpart here: the line, from 1, and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of CDRTool's variables with their names here.

    ``values`` can be written and tested, ``conditions`` only tested, ``lists`` only looped over. ``missing`` are
    variables that no mail here has, with what to do instead.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


class _NotKnown(Exception):
    """A tag has no counterpart; the text says why."""


def translate_smarty(source: str, vocabulary: Vocabulary) -> tuple[str, list[Gap]]:
    """Return a template in the language of the templates here, and what in it has no counterpart."""
    return _Translation(vocabulary).translate(source)


class _Translation:
    """The translation of one template.

    ``loops`` are the names and variables of the loops that are open; ``open`` is the comment or ``literal`` that is.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.loops: list[tuple[str, str]] = []
        self.open = ""

    def translate(self, source: str) -> tuple[str, list[Gap]]:
        line, parts, gaps = 1, [], []
        for piece in TOKEN.split(source.replace("\r\n", "\n")):
            try:
                parts.append(self.piece(piece))
            except _NotKnown as reason:
                gaps.append(Gap(line, str(reason)))
            line += piece.count("\n")
        if self.open:
            gaps.append(Gap(line, f"{self.open} is not closed."))
        return ALONE.sub(r"\1", "".join(parts)), gaps

    def piece(self, text: str) -> str:
        """Return a tag, or the text between two tags."""
        if self.open:
            is_comment = self.open == COMMENT
            is_end = text.endswith("*}") if is_comment else text == "{/literal}"
            self.open = "" if is_end else self.open
            return "" if is_end or is_comment else _plain(text)
        if text in (COMMENT, "{literal}"):
            self.open = text
            return ""
        is_tag = text.startswith("{") and TOKEN.fullmatch(text)
        return self.tag(" ".join(text[1:-1].split())) if is_tag else _plain(text)

    def tag(self, text: str) -> str:
        name, _space, rest = text.partition(" ")
        if text.startswith("$"):
            return f"{{{{ {self.value(text)} }}}}"
        if name in ("if", "elseif") and rest:
            return f"{{% {name.replace('else', 'el')} {' '.join(self.condition(rest))} %}}"
        if name == "foreach":
            return self.loop(text)
        if text not in CLOSED:
            raise _NotKnown(f"{{{text[:60]}}} has no counterpart.")
        if text == "/foreach" and self.loops:
            self.loops.pop()
        return CLOSED[text]

    def loop(self, text: str) -> str:
        given = dict(part.partition("=")[::2] for part in text.replace("'", "").replace('"', "").split()[1:])
        if found := FOREACH.match(text):
            given = {"from": f"$client->{found[1]}", "item": found[2]}
        item = given.get("item", "")
        self.loops.append((given.get("name", ""), item))
        if not item.isidentifier() or given.keys() - {"name", "item", "from"}:
            raise _NotKnown(f"{{{text[:60]}}} has no counterpart.")
        if item in {*self.vocabulary.values.values(), *self.vocabulary.lists.values(), "forloop"}:
            raise _NotKnown(f"The variable “{item}” of a loop is the name of another variable here: choose another.")
        listed = self.named(given.get("from", "").removeprefix("$client->"), self.vocabulary.lists)
        return f"{{% for {item} in {listed} %}}"

    def value(self, text: str) -> str:
        """Return a variable with its modifiers."""
        variable, *modifiers = text.split("|")
        if unknown := [one for one in modifiers if one.partition(":")[0] not in FILTERS]:
            raise _NotKnown(f"The modifier “{unknown[0][:40]}” has no counterpart.")
        filters = "".join(FILTERS[one.partition(":")[0]] for one in modifiers)
        return self.variable(variable, self.vocabulary.values) + filters

    def variable(self, text: str, names: Mapping[str, str]) -> str:
        if (found := LOOP.match(text)) and self.loops and self.loops[-1][0] == found[1]:
            return f"forloop.{COUNTERS[found[2]]}"
        found = VARIABLE.match(text)
        if found and found[1] == "client" and found[2]:
            return self.named(found[2], names)
        if found and not found[2] and found[1] in {item for _name, item in self.loops}:
            return found[1]
        raise _NotKnown(f"“{text[:60]}” has no counterpart.")

    def named(self, name: str, names: Mapping[str, str]) -> str:
        if name not in names:
            instead = self.vocabulary.missing.get(name, "")
            raise _NotKnown(" ".join(filter(None, [f"This mail has no variable like “{name[:60]}” here.", instead])))
        return names[name]

    def condition(self, text: str) -> Iterator[str]:
        """Yield the words of a condition; comparisons have no counterpart, because values differ."""
        vocabulary = self.vocabulary
        names = {**vocabulary.lists, **vocabulary.values, **vocabulary.conditions}
        for word in re.sub(r"(&&|\|\||!(?!=))", r" \1 ", text).split():
            if word in WORDS:
                yield WORDS[word]
            elif word.startswith("$"):
                yield self.variable(word, names)
            else:
                raise _NotKnown(f"“{word[:40]}” in a condition has no counterpart.")


def _plain(text: str) -> str:
    if BRACES.search(text):
        raise _NotKnown("The braces in the text would begin a tag here.")
    return text
