"""The structure of portal.mail: no import cycle, no imports inside functions, and every kind of mail is complete."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from portal.mail.registry import MailKind, mail_kinds, register_mail_kind

ROOT = Path(settings.BASE_DIR)
MAIL = ROOT / "portal" / "mail"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in MAIL.rglob("*.py") if "migrations" not in path.parts}


def imports_of(name: str, tree: ast.AST) -> Iterator[str]:
    """Yield the modules of portal.mail that a module imports, not counting the packages around them."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            around = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            base = ".".join(filter(None, (around if node.level else "", node.module or "")))
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                if (inner if inner in MODULES else base) in MODULES:
                    yield inner if inner in MODULES else base


def import_circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules in an import cycle, by repeatedly removing those that import no other."""
    left = {name: imported - {name} for name, imported in graph.items()}
    while leaves := {name for name, imported in left.items() if not imported}:
        left = {name: imported - leaves for name, imported in left.items() if name not in leaves}
    return sorted(left)


def test_the_search_for_circles_finds_one() -> None:
    assert import_circle({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == ["a", "b", "c"]


def test_no_module_of_mail_is_in_an_import_circle() -> None:
    trees = {name: ast.parse(path.read_text()) for name, path in MODULES.items()}
    graph = {name: set(imports_of(name, tree)) for name, tree in trees.items()}
    assert "portal.mail.outbox.tasks" in graph["portal.mail.outbox.services"]  # proves that relative imports are found
    assert "portal.mail.text.blocks" in graph["portal.mail.text.wording"]
    assert import_circle(graph) == []


def test_only_the_application_imports_inside_a_function() -> None:
    found = [
        name
        for name, path in MODULES.items()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert set(found) == {"portal.mail.apps"}  # Django requires the imports in `ready` to be there


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
