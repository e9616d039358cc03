"""Reading YAML that nobody has checked: every scalar is a text, and whatever only YAML programs need is refused.

YAML would make a number of ``0044``, and a truth value of the country ``NO``. Here all values are texts, read as the
cells of a spreadsheet are. Anchors, aliases, tags, several documents and deep nesting are refused, so that no small
file becomes a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

LARGEST = 64 * 1024 * 1024  # bytes of a file
MOST_EVENTS = 10_000_000  # scalars, and beginnings and ends of lists and mappings
DEEPEST = 12
NULLS = ("", "~", "null", "Null", "NULL")
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadablePlatform(Exception):
    """The file cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of a list of the file, with its line."""

    line: int
    value: Any


def parse_yaml(data: bytes) -> dict[str, Any]:
    """Return a file as mappings, lists and texts; the items of its outermost lists are ``Listed``.

    Raises ``UnreadablePlatform``.
    """
    if len(data) > LARGEST:
        raise UnreadablePlatform(_("The file is larger than %(megabytes)s MB.") % {"megabytes": LARGEST // 2**20})
    try:
        _check_events(data)
        root = yaml.compose(data, Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        words = {"line": line, "reason": error.problem or ""}
        raise UnreadablePlatform(_("Line %(line)s is no YAML: %(reason)s.") % words) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UnreadablePlatform(_("The file is no text in UTF-8.")) from None
    if not isinstance(root, yaml.MappingNode):
        raise UnreadablePlatform(_("The file is no mapping of lists."))
    return {name: _outermost(node) for name, node in _pairs(root)}


def _check_events(data: bytes) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(data, Loader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadablePlatform(_("Line %(line)s: anchors and aliases are not read.") % {"line": line})
        if getattr(event, "tag", None):
            raise UnreadablePlatform(_("Line %(line)s: tags are not read.") % {"line": line})
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or count > MOST_EVENTS:
            raise UnreadablePlatform(_("Line %(line)s: the file is too deep, or has too many values.") % {"line": line})


def _outermost(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.SequenceNode):
        return _value(node)
    return [Listed(item.start_mark.line + 1, _value(item)) for item in node.value]


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {name: _value(value) for name, value in _pairs(node)}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    is_plain = isinstance(node, yaml.ScalarNode) and not node.style
    return None if is_plain and node.value in NULLS else str(node.value)


def _pairs(node: yaml.MappingNode) -> list[tuple[str, yaml.Node]]:
    """Return the members of a mapping; raises ``UnreadablePlatform`` for a name that is no text, or there twice."""
    seen: set[str] = set()
    for key, _node in node.value:
        words = {"line": key.start_mark.line + 1, "name": str(key.value)[:60]}
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadablePlatform(_("Line %(line)s: a name is no text.") % words)
        if key.value in seen:
            raise UnreadablePlatform(_("Line %(line)s: “%(name)s” is there twice.") % words)
        seen.add(key.value)
    return [(str(key.value), value) for key, value in node.value]
