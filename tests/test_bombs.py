"""Tests that every form field, filter and file reader ends with texts that keep careless parsers busy for hours.

Forms are found by importing the portal: a new form is tested without being listed here.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

import portal
import portal.urls  # registers the URL converters; must precede the rooms
from portal.accounts.contacts.files import UnreadableContacts, read_contacts
from tests.support.limits import no_longer_than

ROOT = Path(__file__).parents[1]
SECONDS = 20
BOMBS = (
    "*" * 30 + "~",
    "*a" * 5000 + "~",
    "a" * 50_000 + "!",
    " " * 50_000 + "x",
    "\t\n" * 20_000 + "x",
    "." * 50_000 + "@",
    "@" * 50_000,
    "a." * 20_000 + "@",
    "a@" + "a-" * 20_000 + "!",
    "0" * 50_000 + "x",
    "+" * 50_000,
    "(" * 20_000,
    "{%" * 9000,
    "{{ a|" * 4000,
    "\u00fc." * 5000,
    "xn--" + "a" * 20_000,
    "http://" + "a" * 20_000 + "!" * 20_000,
    "<" * 20_000,
    "-----BEGIN CERTIFICATE-----\n" * 500,
    "%" * 20_000,
    ":" * 20_000,
    "1/" * 10_000,
    "\\" * 20_001,
)
# Contents of contact files: endless parameters, endless cards, endless columns.
FILE_BOMBS = (
    "BEGIN:VCARD\nTEL;" + "a" * 120 + "!\nEND:VCARD\n",
    "BEGIN:VCARD\n" + "TEL;TYPE=" + "a=b;" * 20_000 + "\nEND:VCARD\n",
    "BEGIN:VCARD\n" * 40_000,
    "BEGIN:VCARD\nFN:x\n" * 30_000 + "END:VCARD\n",
    "BEGIN:VCARD\nTEL:1\n" + " 2\n" * 100_000 + "END:VCARD\n",
    "BEGIN:VCARD\nN:" + ";" * 400_000 + "\nTEL:1\nEND:VCARD\n",
    "BEGIN:VCARD\nCATEGORIES:" + "a," * 100_000 + "\n" + "TEL:1\n" * 500 + "END:VCARD\n",
    'BEGIN:VCARD\nTEL;X="' + '"a' * 100_000 + ":1\nEND:VCARD\n",
    "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:" + "=\n" * 100_000 + "\nEND:VCARD\n",
    "tel," * 60_000 + "\n" + "1\n" * 60_000,
    '"' * 400_001,
    "address\n" + ";" * 400_000,
)


def everything() -> None:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if ".migrations" not in module.name and "management" not in module.name and not module.name.endswith("wsgi"):
            importlib.import_module(module.name)


def forms_of_the_portal(above: type[Any] = forms.BaseForm) -> Iterator[type[Any]]:
    for form in above.__subclasses__():
        if form.__module__.startswith("portal."):
            yield form
        yield from forms_of_the_portal(form)


everything()
FORMS = sorted({f"{form.__module__}.{form.__name__}": form for form in forms_of_the_portal()}.items())
TEXTS = (forms.CharField, forms.ChoiceField, forms.DateField, forms.IntegerField, forms.DecimalField, forms.FileField)


@pytest.mark.parametrize(("name", "form"), FORMS, ids=[name for name, _form in FORMS])
def test_every_field_of_every_form_ends(db: None, name: str, form: type[Any]) -> None:
    for field_name, declared in form.base_fields.items():
        for bomb in BOMBS:
            with no_longer_than(SECONDS, f"{name}.{field_name} with {bomb[:20]!r}"):
                try:
                    if isinstance(declared, forms.FileField):
                        declared.clean(SimpleUploadedFile("x.csv", bomb.encode()), None)
                    else:
                        declared.clean(bomb)
                except forms.ValidationError:
                    continue


def fill(form: type[Any], bomb: str) -> Any:
    """Return a form with a text in all fields; ``None`` for a form whose constructor needs more than its data."""
    needed = [
        one
        for one in inspect.signature(form).parameters.values()
        if one.default is inspect.Parameter.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    return None if needed else form(MultiValueDict({field: [bomb] for field in form.base_fields}))


FILTERS = [(name, form) for name, form in FORMS if hasattr(form, "to_filter") and form.base_fields]


@pytest.mark.parametrize(("name", "form"), FILTERS, ids=[name for name, _form in FILTERS])
def test_every_filter_ends(db: None, name: str, form: type[Any]) -> None:
    for bomb in (*BOMBS, *(bomb[:60] for bomb in BOMBS)):
        with no_longer_than(SECONDS, f"{name} with {bomb[:20]!r}"):
            filled = fill(form, bomb)
            assert filled is not None
            if filled.is_valid():
                filled.to_filter()


@pytest.mark.parametrize("bomb", FILE_BOMBS, ids=[bomb[:30] for bomb in FILE_BOMBS])
def test_files_of_contacts_end(bomb: str) -> None:
    with no_longer_than(SECONDS, bomb[:40]):
        try:
            read_contacts(bomb.encode())
        except UnreadableContacts:
            return


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in ("portal", "ngnpro_server", "ngnpro_wire"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


# Calls that compile regular expressions.
COMPILING = {
    f"re.{name}" for name in ("compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer")
}


def test_functions_compile_only_constant_regular_expressions() -> None:
    """A pattern that is put together is compiled when its module is loaded, before anybody can type anything."""
    made = [
        f"{name}:{call.lineno}"
        for name, tree in sources()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func) in COMPILING
        if not isinstance(call.args[0], ast.Constant)
    ]
    assert made == []


def test_no_query_looks_for_a_regular_expression() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if str(getattr(node, "value", getattr(node, "arg", ""))).endswith(("__regex", "__iregex"))
    ]
    assert found == []
