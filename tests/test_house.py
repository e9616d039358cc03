"""Project rules that no other tool checks: where files are, how long they are, and what templates may contain."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver

from portal.core.rooms import urls_of_rooms
from portal.core.views import PortalView

ROOT = Path(__file__).resolve().parents[1]
PORTAL = ROOT / "portal"
SOURCES = [
    path
    for package in ("portal", "ngnpro_server", "ngnpro_wire")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]


def test_every_folder_with_a_declaration_is_in_the_list_of_rooms() -> None:
    folders = {path.parent for path in PORTAL.rglob("room.py")}
    assert folders == {ROOT / module.replace(".", "/") for module in settings.ROOMS}


# What a room of these packages is to the others: the framework's own pages, and rooms that all others may use.
SHARED_ROOMS = {"portal.running", "portal.mail", "portal.people"}


@pytest.mark.parametrize(
    ("contract", "key", "but"),
    [
        ("The framework of the house knows no room", "forbidden_modules", {"portal.running"}),
        ("People know no other room but mail", "forbidden_modules", SHARED_ROOMS),
        ("Mail knows no other room", "forbidden_modules", {"portal.running", "portal.mail"}),
        ("The same stairs in every room", "containers", {"portal.running"}),
    ],
)
def test_every_room_is_in_the_import_contracts(contract: str, key: str, but: set[str]) -> None:
    """A room is in a contract by its own name or by that of the package around it."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(one[key] for one in declared if one["name"] == contract)
    around = {name.rpartition(".")[0] for name in settings.ROOMS}
    missing = [
        name
        for name in settings.ROOMS
        if name not in around and not any(f"{name}.".startswith(f"{one}.") for one in {*listed, *but})
    ]
    assert missing == []


def pages_in(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    """List the pages of all rooms, with those of the rooms inside others."""
    return [
        page
        for pattern in patterns
        for page in (pages_in(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern])
    ]


def test_every_view_class_is_a_page_of_the_house() -> None:
    classes = [page.callback.view_class for page in pages_in(urls_of_rooms()) if hasattr(page.callback, "view_class")]
    assert len(classes) > 100
    assert [view for view in classes if not issubclass(view, PortalView)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is_and_is_not_too_long(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "its first line says in one sentence what the module is"
    assert text.count("\n") <= 350


def test_no_module_is_in_an_import_circle() -> None:
    """Imports for type checkers count, too; the packages around a module do not."""
    graph = grimp.build_graph(*OURS, cache_dir=None)
    imports = {
        module: {name for name in graph.find_modules_directly_imported_by(module) if not module.startswith(f"{name}.")}
        for module in graph.modules
    }
    assert "portal.ngnpro.batch" in imports["portal.ngnpro.client"]
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the modules of a circle


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    wrong = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|javascript:|\|safe\b|autoescape off")
    mails = ROOT / "templates" / "mail"
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        if path.parent != mails
        for match in wrong.finditer(path.read_text())
    ]
    assert found == []


def test_templates_name_no_foreign_host() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").glob("*.css"), *(ROOT / "static").glob("*.js")]
    named = [f"{p.relative_to(ROOT)}: {m[0]}" for p in pages for m in re.finditer(r"https?://[\w.]+", p.read_text())]
    assert [name for name in named if "www.w3.org" not in name] == []


TESTS = sorted((ROOT / "tests").rglob("*.py"))
PATCHES = {"setattr", "setitem", "delattr", "delitem", "patch", "object", "multiple"}
OURS = ("portal", "ngnpro_server", "ngnpro_wire")


def test_no_test_name_is_written_out_more_than_twice() -> None:
    """A behaviour that several rooms share is tested once, in a class of tests/support that they inherit."""
    names = Counter(
        node.name
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
    assert [name for name, times in names.items() if times > 2] == []


def test_tests_patch_only_what_is_not_ours() -> None:
    """Own names are injected, set by settings, or left as they are; time, DNS and the like may be patched."""
    assert [line for path in TESTS for line in patches_of_ours(path)] == []


def patches_of_ours(path: Path) -> Iterator[str]:
    """Yield the calls in a test that replace a name of the project, known by the imports or given as text."""
    tree = ast.parse(path.read_text())
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).partition(".")[0] in OURS
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in PATCHES
            and node.args
        ):
            target = node.args[0]
            text = target.value if isinstance(target, ast.Constant) else ast.unparse(target)
            if re.split(r"\W", str(text))[0] in imported | set(OURS):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"


# Every management command is a class of this name, because Django looks for it.
DEMANDED = {"Command"}
# Names that do not say of what: a function of a module with such a name cannot be searched for.
GENERIC = frozenset(
    re.findall(
        r"\w+",
        "answer ask change check collect count cut end find fetch forget get hold insert judge keep learn look plain "
        "put read remove replace save settle show take tell told write",
    )
)


def definitions(package: str, kind: type[ast.stmt]) -> list[str]:
    """List the names of the classes or functions of all modules of a package, without those inside others."""
    sources = [path for path in SOURCES if path.relative_to(ROOT).parts[0] == package]
    return [node.name for path in sources for node in ast.parse(path.read_text()).body if isinstance(node, kind)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", ["portal", "ngnpro_server", "ngnpro_wire"])
def test_no_two_classes_of_a_package_have_the_same_name(package: str) -> None:
    names = Counter(definitions(package, ast.ClassDef))
    assert len(names) > 10
    assert [name for name, times in names.items() if times > 1 and name not in DEMANDED and name[0] != "_"] == []


@pytest.mark.parametrize("package", ["portal", "ngnpro_server", "ngnpro_wire"])
def test_the_name_of_a_function_says_of_what(package: str) -> None:
    assert GENERIC.intersection(definitions(package, ast.FunctionDef)) == set()
