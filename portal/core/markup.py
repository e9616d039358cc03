"""HTML from templates and values: Django's ``format_html`` in a sixth of its time, and URLs of pages likewise.

The cells of lists, inputs, menus and icons are made with it, a thousand of them on one page (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy


def markup(template: str, *values: Any, **named: Any) -> SafeString:
    """Return a template, such as ``<b>{}</b>``, with the values in it, each escaped unless it is safe."""
    return SafeString(template.format(*map(escaped, values), **{name: escaped(value) for name, value in named.items()}))


def escaped(value: Any) -> str:
    """Return a value as HTML, escaped unless it is safe."""
    kind = type(value)
    if kind is str:
        return escape(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    return _translated(value) if kind is _TRANSLATION else conditional_escape(value)


_TRANSLATION = type(gettext_lazy("Yes"))


def _translated(text: Any) -> str:
    """Return a text of ``gettext_lazy`` in the active language, escaped; translated once per language and message."""
    arguments, named = text.__reduce__()[1][1:3]
    return conditional_escape(text) if named else _escaped_message(get_language(), *arguments)


@lru_cache(maxsize=8192, typed=True)
def _escaped_message(_language: str | None, message: str) -> str:
    return conditional_escape(gettext(message))


def drawn(value: Any) -> str:
    """Return a value as a template shows it: escaped unless it is safe, numbers localized."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return escape(value)
    if kind is int and not settings.USE_THOUSAND_SEPARATOR:
        return str(value)
    return _translated(value) if kind is _TRANSLATION else escaped(localize(value))


def joined(parts: Iterable[str], between: str = "") -> SafeString:
    """Return HTML parts joined by HTML; both are not escaped here."""
    return SafeString(between.join(parts))


class _Address(NamedTuple):
    """The URL of a page with ``%s`` for each of its variable parts, and the functions that write these parts."""

    template: str
    writers: tuple[Callable[[Any], str], ...]


def page_url(page: str, *parts: Any) -> str:
    """Return the URL of a page by its URL name, as ``reverse`` does; the page's pattern is looked up only once.

    The portal's pages begin at the root of its host.
    """
    address = _address(page, len(parts))
    if address is None:
        return reverse(page, args=parts)
    written = [quote(str(write(part)), safe=_SAFE) for write, part in zip(address.writers, parts, strict=True)]
    return address.template % tuple(written)


_SAFE = RFC3986_SUBDELIMS + "/~:@"


@lru_cache(maxsize=1024)
def _address(page: str, number: int) -> _Address | None:
    """Find the address of a page with a number of variable parts; ``None`` if only ``reverse`` can decide."""
    *around, name = page.split(":")
    resolver: Any = get_resolver()
    before, writers = "/", dict[str, Any]()
    for namespace in around:
        if namespace not in resolver.namespace_dict:
            return None
        extra, resolver = resolver.namespace_dict[namespace]
        before, writers = before + extra, writers | resolver.pattern.converters
    found = [
        (result, params, writers | converters)
        for possibility, _pattern, _defaults, converters in resolver.reverse_dict.getlist(name)
        for result, params in possibility
        if len(params) == number
    ]
    if len(found) != 1:
        return None
    [(result, params, converters)] = found
    template = quote(before, safe=_SAFE).replace("%", "%%") + result % dict.fromkeys(params, "%s")
    return _Address(template, tuple(getattr(converters.get(one), "to_url", str) for one in params))
