"""Tests of tests/support/templates.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine, Template
from django.template.base import Origin

from tests.support.templates import ROOT


def render(source: str, name: Path) -> str:
    engine = Engine(string_if_invalid=settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"])
    return Template(source, origin=Origin(str(name)), engine=engine).render(Context({"known": "word"}))


def test_an_unknown_variable_in_our_template_fails_and_names_the_place() -> None:
    with pytest.raises(AssertionError, match=r"'nmae' does not exist in .*templates/page.html, line 2"):
        render("{{ known }}\n{{ nmae }}", ROOT / "templates" / "page.html")


def test_testing_for_an_unknown_variable_is_not_an_error() -> None:
    assert render("{% if nmae %}a{% else %}{{ known }}{% endif %}", ROOT / "templates" / "page.html") == "word"


def test_templates_of_packages_keep_the_usual_rule() -> None:
    assert render("({{ nmae }}{{ nmae|default:'x' }})", Path("/elsewhere/package/page.html")) == "(x)"
