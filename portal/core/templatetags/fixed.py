"""Django's ``translate``, ``static`` and ``url`` tags, which compute what never changes only once.

The settings put this library in place of Django's ``i18n`` and ``static``; the other tags of these are Django's own. A
page has about a hundred of these tags (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.templatetags import i18n, static
from django.utils.html import escape
from django.utils.translation import get_language

from portal.core.markup import page_url

register = template.Library()
for library in (i18n.register, static.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)


class Fixed(Node):
    """A tag whose output depends on the active language only."""

    def __init__(self, inner: Node) -> None:
        self.inner = inner
        self.outputs: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        """Return the output, computed when the language is first used."""
        language = get_language()
        if language not in self.outputs:
            self.outputs[language] = self.inner.render(context)
        return self.outputs[language]


class PageUrl(URLNode):
    """The ``url`` tag with arguments by position, for pages whose pattern was looked up before."""

    def render(self, context: template.Context) -> str:
        """Return the URL of the page."""
        if self.asvar or self.kwargs:
            return super().render(context)
        url = page_url(self.view_name.resolve(context), *(part.resolve(context) for part in self.args))
        return escape(url) if context.autoescape else url


def is_constant(expression: FilterExpression) -> bool:
    """Return whether an expression of a template is a text, without filters."""
    value: Any = expression.var
    return not expression.filters and (isinstance(value, str) or getattr(value, "literal", None) is not None)


def translate(parser: Parser, token: Token) -> Node:
    """Parse ``{% translate "…" %}``."""
    node = i18n.do_translate(parser, token)
    varies = node.asvar or node.message_context or not is_constant(node.filter_expression)
    return node if varies else Fixed(node)


def static_file(parser: Parser, token: Token) -> Node:
    """Parse ``{% static "…" %}``."""
    node = static.do_static(parser, token)
    return node if node.varname or not is_constant(node.path) else Fixed(node)


def url(parser: Parser, token: Token) -> Node:
    """Parse ``{% url "…" … %}``."""
    node = parse_url(parser, token)
    page = PageUrl(node.view_name, node.args, node.kwargs, node.asvar)
    varies = node.args or node.kwargs or node.asvar or not is_constant(node.view_name)
    return page if varies else Fixed(page)


_TAGS: dict[str, Callable[[Parser, Token], Node]] = {
    "translate": translate,
    "trans": translate,
    "static": static_file,
    "url": url,
}
register.tags.update(_TAGS)
