"""Makes a template variable that does not exist fail the test, in our own templates only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.template.base import Node

ROOT = Path(__file__).resolve().parents[2]
OURS = (str(ROOT / "templates"), str(ROOT / "portal"))


class UnresolvedVariable(str):
    """Stands in Django's ``string_if_invalid``, which it asks three things when a variable does not exist.

    Is it true? Only for our templates; for those of Django and of packages it is what it is by default, an empty text.
    Does it contain ``%s``? Yes. What is it, with the variable's name put in? A failure of the test.
    """

    def __bool__(self) -> bool:
        return _place().startswith(OURS)

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: Any) -> str:
        raise AssertionError(f"The template variable {str(name)!r} does not exist in {_place()}")


def _place() -> str:
    """Find the template and line being rendered: Django does not hand it over, but its callers know."""
    frame = sys._getframe(1)
    while frame := frame.f_back:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and hasattr(node, "origin"):
            return f"{node.origin.name}, line {node.token.lineno}"
    return "an unknown template"
