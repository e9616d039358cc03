"""The sandbox for templates that people write: texts, declared variables, ``if`` and ``for``, and nothing else.

A template can load, include and call nothing: no tag or filter is known but those below, a variable is known by its
declared name only, and all values are plain texts and lists and dictionaries of them. How deep it nests, how often it
loops and how much it writes is bounded.
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
# What ends a line for anybody; spaces stay as they are, since passwords may have several.
LINE_ENDS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
CONSTANTS = frozenset({"True", "False", "None"})


class TemplateFault(Exception):
    """What is wrong with a template, in words, and in which line; 0 where it is none in particular."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class TooMuch(Exception):
    """A template writes more than a mail may hold."""


class Sheet(Context):
    """The values of one rendering, which counts what is written; after too much of it there is no more."""

    spent = 0

    def __getitem__(self, key: Any) -> Any:
        value = super().__getitem__(key)
        self.spend(size_of(value))
        return value

    def spend(self, amount: int) -> None:
        self.spent += amount + 1
        if self.spent > MOST_WRITTEN:
            raise TooMuch


class Round(Node):
    """Counts a round of a loop with the text in it."""

    def __init__(self, body: NodeList) -> None:
        self.text = sum(len(node.s) for node in body.get_nodes_by_type(TextNode) if isinstance(node, TextNode))

    def render(self, context: Context) -> str:
        if isinstance(context, Sheet):
            context.spend(self.text)
        return ""


class StrictParser(Parser):
    """Reads a template, and refuses what the sandbox does not know."""

    def __init__(self, source: str, variables: Collection[str], keys: Collection[str]) -> None:
        super().__init__(Lexer(source).tokenize(), {}, [known])
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
                self.check(part.lookups)
        return expression

    def check(self, lookups: tuple[str, ...]) -> None:
        name, *inner = lookups
        allowed = LOOP_KEYS if name == "forloop" else self.keys
        if name != "forloop" and name not in self.names:
            raise TemplateSyntaxError(_("There is no variable “%(name)s” here.") % {"name": name})
        if len(inner) > 1 or any(key not in allowed for key in inner):
            raise TemplateSyntaxError(_("“%(name)s” has no part of that name.") % {"name": name})

    def find_filter(self, filter_name: str) -> Any:
        if filter_name not in self.filters:
            values = {"name": filter_name, "known": ", ".join(FILTERS)}
            raise TemplateSyntaxError(_("There is no filter “%(name)s”, only %(known)s.") % values)
        return super().find_filter(filter_name)

    def invalid_block_tag(self, token: Token, command: str, parse_until: Any = None) -> None:
        values = {"name": command, "known": ", ".join(parse_until or TAGS)}
        raise self.error(token, _("“%(name)s” is no tag that belongs here; known are %(known)s.") % values)

    def unclosed_block_tag(self, parse_until: Any) -> None:
        command, token = self.command_stack.pop()
        values = {"name": command, "wanted": parse_until[-1]}
        raise self.error(token, _("“%(name)s” is not closed: “%(wanted)s” is missing.") % values)


class Written(Template):
    """A template in the sandbox. ``variables`` may be named in it, ``keys`` behind a dot."""

    def __init__(self, source: str, variables: Collection[str], keys: Collection[str]) -> None:
        self.variables, self.keys = variables, keys
        try:
            super().__init__(source, engine=_ENGINE)
        except (TemplateSyntaxError, RecursionError, ValueError) as error:
            token = getattr(error, "token", None)
            raise TemplateFault(str(error) or _("It cannot be read."), token.lineno if token else 0) from None

    def compile_nodelist(self) -> NodeList:
        return StrictParser(str(self.source), self.variables, self.keys).parse()

    def fill(self, values: Mapping[str, Any], *, escape: bool) -> str:
        """Write the text; ``escape`` for HTML. ``TemplateFault`` when it writes too much."""
        try:
            return str(super().render(Sheet(plain(values), autoescape=escape)))
        except TooMuch:
            raise TemplateFault(_("It writes too much: a mail is no book.")) from None


def bounded_for(parser: StrictParser, token: Token) -> ForNode:
    """Compile a loop whose variables are known in it, and whose rounds count."""
    before, _in, _sequence = token.contents.partition(" in ")
    parser.names |= set(re.split(r"[ ,]+", before)[1:]) - {""}
    loop = do_for(parser, token)
    body = NodeList(loop.nodelist_loop)  # type: ignore[arg-type]  # the stubs know lists of texts only
    loop.nodelist_loop = NodeList([Round(body), *body])
    return loop


def plain(value: Any) -> Any:
    """Make plain data of a value: texts of one line, and lists and dictionaries of them.

    ``TypeError`` for anything else: an object in a template would bring its methods along.
    """
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value[:MOST_VALUES]]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (str, int, float, Promise)):
        return LINE_ENDS.sub(" ", str(value))[:LONGEST_VALUE]
    raise TypeError(f"A template takes no {type(value).__name__}.")


def size_of(value: Any) -> int:
    """Tell how much text a plain value holds."""
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    return sum(map(size_of, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 1


def is_text(token: Token) -> bool:
    """Tell whether a token is text between tags."""
    return token.token_type.name == "TEXT"


class BareEngine(Engine):
    """Django's engine without its own tags and filters, and with nothing to load from."""

    default_builtins: ClassVar[list[str]] = []


known = Library()
known.tag("if", do_if)
known.tag("for", bounded_for)
known.filters |= {"default": default, "upper": upper, "lower": lower, "title": title, "capfirst": capfirst}
_ENGINE = BareEngine(dirs=[], loaders=[], libraries={}, string_if_invalid="")
