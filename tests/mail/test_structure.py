"""The structure of portal.mail: no imports inside functions, and every kind of mail is complete."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.installed import FILES
from portal.mail.registry import MailKind, mail_kinds, register_mail_kind

ROOT = FILES
MAIL = ROOT / "portal" / "mail"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in MAIL.rglob("*.py") if "migrations" not in path.parts}


def test_only_the_application_and_the_paper_of_letters_import_inside_a_function() -> None:
    found = [
        name
        for name, path in MODULES.items()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    # Django requires the imports in `ready` to be there; fpdf2 takes 15 MB that only letters need
    assert set(found) == {"portal.mail.apps", "portal.mail.letters.paper"}


def test_each_kind_has_a_text_and_each_text_a_kind() -> None:
    texts = {path.stem for path in (ROOT / "templates" / "mail").glob("*.txt") if not path.stem.startswith("_")}
    assert texts == {text for name in mail_kinds() for text in (name, f"{name}-subject")}


def test_two_kinds_cannot_have_the_same_name() -> None:
    with pytest.raises(ValueError, match="exists already"):
        register_mail_kind(mail_kinds()["account-changed"])


@pytest.mark.parametrize("kind", mail_kinds().values(), ids=lambda kind: kind.name)
def test_the_declaration_of_a_kind_is_consistent(kind: MailKind) -> None:
    assert kind.secrets <= kind.variables.keys()
    if kind.notices is not None:  # mails that report a change can be turned off
        assert kind.choice is not None
