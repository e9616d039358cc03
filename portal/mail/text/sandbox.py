"""The sandbox for templates that resellers and operators write: text, declared variables, ``if`` and ``for``.

A template cannot load, include or call anything: only the tags and filters below are known, only declared variables
exist, and all values are plain texts, and lists and dictionaries of them. The depth of nesting, the number of loops and
the length of the output are limited.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.template.base import FilterExpression, Lexer, Node, NodeList, Parser, TextNode, Token, Variable
from django.template.defaultfilters import capfirst, default, lower, title, upper
from django.template.defaulttags import ForNode, do_for, do_if
from django.utils.functional import Promise
from django.utils.translation import gettext as _

LONGEST_TAG, DEEPEST = 200, 10
MOST_WRITTEN, LONGEST_VALUE, MOST_VALUES = 200_000, 2000, 100
TAGS = ("if", "for")
FILTERS = ("default", "upper", "lower", "title", "capfirst")
LOOP_KEYS = frozenset({"counter", "counter0", "first", "last"})
# All line breaks of Unicode and tabs. Spaces stay, because passwords may contain several.
LINE_ENDS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
CONSTANTS = frozenset({"True", "False", "None"})


class TemplateFault(Exception):
    """An error in a template: the reason as a sentence, and the line; 0 if it is in no particular line."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class OutputTooLong(Exception):
    """The output of a template is longer than a mail may be."""


class CountingContext(Context):
    """The values of one rendering, which counts the output and raises ``OutputTooLong`` above the limit."""

    written = 0

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        self.count_output(size_of(value))
        return value

    def count_output(self, amount: int) -> None:
        self.written += amount + 1
        if self.written > MOST_WRITTEN:
            raise OutputTooLong


class LoopRound(Node):
    """A node that counts one round of a loop, with the text in it."""

    def __init__(self, body: NodeList) -> None:
        self.text = sum(len(node.s) for node in body.get_nodes_by_type(TextNode) if isinstance(node, TextNode))

    def render(self, context: Context) -> str:
        if isinstance(context, CountingContext):
            context.count_output(self.text)
        return ""


class StrictParser(Parser):
    """A parser of templates that rejects everything that the sandbox does not know."""

    def __init__(self, source: str, variables: Collection[str], keys: Collection[str]) -> None:
        super().__init__(Lexer(source).tokenize(), {}, [SANDBOX_LIBRARY])
        self.names = set(variables) | CONSTANTS
        self.keys = frozenset(keys)
        self.depth = 0

    def parse(self, parse_until: Any = None) -> NodeList:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TemplateSyntaxError(_("Blocks are nested too deep."))
        try:
            return super().parse(parse_until)
        finally:
            self.depth -= 1

    def next_token(self) -> Token:
        token = super().next_token()
        if not is_text(token) and len(token.contents) > LONGEST_TAG:
            raise self.error(token, _("A tag is at most %(most)s characters long.") % {"most": LONGEST_TAG})
        return token

    def compile_filter(self, token: str) -> FilterExpression:
        expression = super().compile_filter(token)
        arguments = [argument for _function, given in expression.filters for _is_variable, argument in given]
        for part in (expression.var, *arguments):
            if isinstance(part, Variable) and part.lookups:
                self.check_lookups(part.lookups)
        return expression

    def check_lookups(self, lookups: tuple[str, ...]) -> None:
        name, *inner = lookups
        allowed = LOOP_KEYS if name == "forloop" else self.keys
        if name != "forloop" and name not in self.names:
            raise TemplateSyntaxError(_("There is no variable “%(name)s” here.") % {"name": name})
        if len(inner) > 1 or any(key not in allowed for key in inner):
            raise TemplateSyntaxError(_("“%(name)s” does not have this part.") % {"name": name})

    def find_filter(self, filter_name: str) -> Any:
        if filter_name not in self.filters:
            values = {"name": filter_name, "known": ", ".join(FILTERS)}
            raise TemplateSyntaxError(_("There is no filter “%(name)s”, only %(known)s.") % values)
        return super().find_filter(filter_name)

    def invalid_block_tag(self, token: Token, command: str, parse_until: Any = None) -> None:
        values = {"name": command, "known": ", ".join(parse_until or TAGS)}
        raise self.error(token, _("The tag “%(name)s” cannot be used here; known tags are %(known)s.") % values)

    def unclosed_block_tag(self, parse_until: Any) -> None:
        command, token = self.command_stack.pop()
        values = {"name": command, "wanted": parse_until[-1]}
        raise self.error(token, _("“%(name)s” is not closed: “%(wanted)s” is missing.") % values)


class SandboxTemplate(Template):
    """A template in the sandbox: ``variables`` can be used in it, and ``keys`` after a dot."""

    def __init__(self, source: str, variables: Collection[str], keys: Collection[str]) -> None:
        self.variables, self.keys = variables, keys
        try:
            super().__init__(source, engine=_ENGINE)
        except (TemplateSyntaxError, RecursionError, ValueError) as error:
            token = getattr(error, "token", None)
            raise TemplateFault(str(error) or _("The template cannot be read."), token.lineno if token else 0) from None

    def compile_nodelist(self) -> NodeList:
        return StrictParser(str(self.source), self.variables, self.keys).parse()

    def fill(self, values: Mapping[str, Any], *, escape: bool) -> str:
        """Return the output, escaped for HTML with ``escape``; ``TemplateFault`` if it is too long."""
        try:
            return str(super().render(CountingContext(to_plain(values), autoescape=escape)))
        except OutputTooLong:
            raise TemplateFault(_("The mail would be too long.")) from None


def bounded_for(parser: StrictParser, token: Token) -> ForNode:
    """Compile a loop: its variables are known inside it, and its rounds are counted."""
    before, _in, _sequence = token.contents.partition(" in ")
    parser.names |= set(re.split(r"[ ,]+", before)[1:]) - {""}
    loop = do_for(parser, token)
    body = NodeList(loop.nodelist_loop)  # type: ignore[arg-type]  # the stubs know lists of texts only
    loop.nodelist_loop = NodeList([LoopRound(body), *body])
    return loop


def to_plain(value: Any) -> Any:
    """Return a value as plain data: texts of one line, and lists and dictionaries of them.

    Raises ``TypeError`` for anything else: a template could call the methods of an object.
    """
    if isinstance(value, Mapping):
        return {str(name): to_plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(inner) for inner in value[:MOST_VALUES]]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (str, int, float, Promise)):
        return LINE_ENDS.sub(" ", str(value))[:LONGEST_VALUE]
    raise TypeError(f"A template takes no {type(value).__name__}.")


def size_of(value: Any) -> int:
    """Return the length of the text in a plain value."""
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    return sum(map(size_of, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 1


def is_text(token: Token) -> bool:
    """Return whether a token is text between tags."""
    return token.token_type.name == "TEXT"


class BareEngine(Engine):
    """Django's engine without built-in tags, filters and loaders."""

    default_builtins: ClassVar[list[str]] = []


SANDBOX_LIBRARY = Library()
SANDBOX_LIBRARY.tag("if", do_if)
SANDBOX_LIBRARY.tag("for", bounded_for)
SANDBOX_LIBRARY.filters |= {"default": default, "upper": upper, "lower": lower, "title": title, "capfirst": capfirst}
_ENGINE = BareEngine(dirs=[], loaders=[], libraries={}, string_if_invalid="")
