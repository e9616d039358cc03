"""Finds the variables that a template reads from its context; the template's first line must name them.

``DJANGO_SETTINGS_MODULE=portal.settings python -m tests.support.template_context`` rewrites these lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.template import Template, engines
from django.template.base import FilterExpression, Node, Variable
from django.template.defaulttags import ForNode, WithNode
from django.templatetags.i18n import BlockTranslateNode

# What Django, the context processors and blocks add everywhere.
EVERYWHERE = frozenset(
    {
        *("block", "csrf_token", "forloop", "messages", "request", "True", "False", "None"),
        # portal.core.navigation.shell
        *("menu", "here", "help_url", "settings_menu", "tabbar", "find", "room", "viewer", "engines", "may_act"),
        *("role_name", "page_languages", "page_language", "right_to_left", "theme", "session_minutes"),
        # portal.brand.services.shown_brand
        "portal_brand",
    }
)
SKIPPED = frozenset({"origin", "token", "template", "parent", "parser", "func", "filters"})


def header_of(text: str) -> list[str] | None:
    """Return the names in a template's first comment, ``{# context: form, record #}``; ``None`` without one."""
    if not text.startswith("{# context:"):
        return None
    named = text.removeprefix("{# context:").split("#}", 1)[0].split(":", 1)[0]
    return [name.strip() for name in named.split(",") if name.strip() not in ("", "none")]


def context_of(path: Path) -> list[str]:
    """Return the sorted names of the variables that a template reads, without those of included templates."""
    template: Any = engines["django"].from_string(path.read_text())
    found, local = set[str](), set[str]()
    for kind, name in _names(template.template.nodelist, set()):
        (local if kind == "local" else found).add(name)
    return sorted(found - local - EVERYWHERE)


def _names(thing: Any, seen: set[int]) -> Iterator[tuple[str, str]]:
    if id(thing) in seen or isinstance(thing, str | bytes | int | float | bool | Template) or thing is None:
        return
    seen.add(id(thing))
    if isinstance(thing, Variable):
        if thing.lookups:
            yield "read", str(thing.lookups[0])
        return
    if isinstance(thing, FilterExpression):
        yield from _names(thing.var, seen)
        for _function, arguments in thing.filters:
            for is_variable, argument in arguments:
                if is_variable:
                    yield from _names(argument, seen)
        return
    yield from _locals(thing)
    values = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list | tuple) else ()
    if isinstance(thing, Node) or type(thing).__name__ in ("TemplateLiteral", "Operator", "TemplateIfParser"):
        values = [value for name, value in vars(thing).items() if name not in SKIPPED]
    elif hasattr(thing, "first") and hasattr(thing, "second"):
        values = [thing.first, thing.second, getattr(thing, "value", None)]
    for value in values:
        yield from _names(value, seen)


def _locals(thing: Any) -> Iterator[tuple[str, str]]:
    """Yield the names that a tag sets for itself, and those that a translated sentence reads."""
    if isinstance(thing, ForNode):
        yield from (("local", name) for name in thing.loopvars)
    if isinstance(thing, WithNode | BlockTranslateNode):
        yield from (("local", name) for name in thing.extra_context)
    if isinstance(thing, BlockTranslateNode):
        if thing.countervar:
            yield "local", thing.countervar
        for token in (*thing.singular, *thing.plural):
            if token.token_type.name == "VAR":
                yield "read", token.contents.split("|")[0].split(".")[0]
    if type(thing).__name__ == "CrispyFormNode":
        yield "read", str(thing.form)
    for name in ("asvar", "target_var", "variable_name"):
        if isinstance(value := getattr(thing, name, None), str):
            yield "local", value


def write_headers(folder: Path) -> None:
    """Rewrite the first comment of every page template."""
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text()
        body = text.split("#}", 1)[1] if header_of(text) is not None else text
        path.write_text(f"{{# context: {', '.join(context_of(path)) or 'none'} #}}{body}")


if __name__ == "__main__":
    django.setup()
    write_headers(Path("templates"))
