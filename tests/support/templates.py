"""Fails tests that use a template variable that does not exist, in our own templates only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.template.base import Node

ROOT = Path(__file__).resolve().parents[2]
OURS = (str(ROOT / "templates"), str(ROOT / "portal"))


class UnresolvedVariable(str):
    """The value of Django's ``string_if_invalid``, on which Django performs three operations for a missing variable.

    Its truth value is true only for our templates; those of Django and of packages get the default, an empty text.
    It claims to contain ``%s``. Formatting it with the variable's name raises ``AssertionError``, which fails the test.
    """

    def __bool__(self) -> bool:
        return _place().startswith(OURS)

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: Any) -> str:
        raise AssertionError(f"The template variable {str(name)!r} does not exist in {_place()}")


def _place() -> str:
    """Return the template and line being rendered; they are found in the call stack, as Django does not pass them."""
    frame = sys._getframe(1)
    while frame := frame.f_back:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and hasattr(node, "origin"):
            return f"{node.origin.name}, line {node.token.lineno}"
    return "an unknown template"
