"""Tests that the documentation names only commands, settings, units and files that exist."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import re
import textwrap
import typing
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

from ngnpro_server.config import Config
from ngnpro_wire.schema import load_schema

ROOT = Path(__file__).parents[1]
PACKAGES = ("portal", "ngnpro_server", "ngnpro_wire")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stat().st_size)
# Paths that readers of "adding an entity" create, and paths that the programs create when they run.
MADE_LATER = re.compile(r"var/|portal/things/|templates/things/|tests/things/")
PATHS = re.compile(
    r"(?:portal|ngnpro_server|ngnpro_wire|tests|templates|static|docs|examples|benchmarks|\.ci)/[\w./-]*"
)
COMMANDS = re.compile(r"((?:(?<=`)|^ *)make|\bpython3? -m|\bmanage\.py|\bngnpro-portal) +([a-z][\w.-]*)", re.MULTILINE)
SETTINGS = re.compile(r"`((?:PORTAL|NGNPRO)_[A-Z0-9_]*[A-Z0-9])(?:=[^`]*)?`")
SERVER_COMMANDS = re.compile(r"(?:-m ngnpro_server|\bngnpro-server) ([a-z][\w-]*)|`ngnpro_server ([a-z][\w-]*)")
UNITS = re.compile(r"`((?:portal|ngnpro)[\w@-]*\.(?:service|socket|timer|target))`")
# Settings of older versions; the change log says what replaces them.
REMOVED_SETTINGS = {"PORTAL_MAIL_AS_RESELLER"}


def prose(path: Path) -> str:
    """Return a document's text, or all docstrings of a module."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return "\n".join(ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))


def settings_read() -> set[str]:
    """Return the names of all environment variables that the portal and the server read."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    sections = typing.get_type_hints(Config).items()
    server = {f"NGNPRO_{name}_{field.name}".upper() for name, section in sections for field in fields(section)}
    ports = {f"NGNPRO_{port}_URL".upper() for port in load_schema().ports}
    return server | ports | set(re.findall(r"[\"']((?:PORTAL|NGNPRO)_[A-Z0-9_]+)[\"']", code))


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text()))


def server_commands() -> set[str]:
    return set(re.findall(r'"([a-z-]+)", (?:_\w+, "|help=)', (ROOT / "ngnpro_server" / "commands.py").read_text()))


def exists_as_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def unknown_commands(text: str) -> Iterable[str]:
    """Yield the commands of a text that cannot be run."""
    managed, targets = get_commands(), make_targets()
    for found, name in COMMANDS.findall(text):
        program = found.strip()
        if program == "make":
            known = name in targets
        elif program.startswith("python"):
            known = exists_as_module(name.rstrip("."))
        else:
            known = name in managed
        if not known:
            yield f"{program} {name}"
    offered = server_commands()
    named = [one or other for one, other in SERVER_COMMANDS.findall(text)]
    yield from (f"ngnpro_server {name}" for name in named if name not in offered)


def test_the_walk_over_the_documents_finds_what_does_not_exist() -> None:
    text = "`make coffee`, `make test`,\npython -m portal.nothing\n`manage.py undo_all`, `manage.py migrate`"
    assert list(unknown_commands(text)) == ["make coffee", "python -m portal.nothing", "manage.py undo_all"]
    assert list(unknown_commands("python -m ngnpro_server migrate, `ngnpro_server seed`")) == ["ngnpro_server migrate"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    assert list(unknown_commands(prose(document))) == []


def test_every_command_that_a_docstring_names_exists() -> None:
    assert [(path.name, command) for path in MODULES for command in unknown_commands(prose(path))] == []


def test_every_setting_that_is_named_is_read_by_the_programs() -> None:
    names = {(path.name, name) for path in [*DOCUMENTS, *MODULES] for name in SETTINGS.findall(prose(path))}
    assert len(names) > 50
    read = settings_read() | REMOVED_SETTINGS
    assert sorted(entry for entry in names if entry[1] not in read) == []


def test_every_systemd_unit_that_is_named_is_among_the_examples() -> None:
    units = {path.name for path in (ROOT / "examples" / "systemd").iterdir()}
    named = {(path.name, name) for path in [*DOCUMENTS, *MODULES] for name in UNITS.findall(prose(path))}
    assert named
    assert sorted(entry for entry in named if entry[1] not in units) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    assert missing_files(prose(document)) == []


def test_every_file_that_a_docstring_names_exists() -> None:
    assert [(path.name, name) for path in MODULES for name in missing_files(prose(path), quoted="(`?)")] == []


def missing_files(text: str, quoted: str = "`") -> list[str]:
    named = {match.group("path") for match in re.finditer(rf"{quoted}(?<![\w/.-])(?P<path>{PATHS.pattern})", text)}
    return sorted(name for name in named if not MADE_LATER.match(name) and not (ROOT / name.rstrip(".")).exists())


# Names of files by themselves or with the end of their path (`tables.py`, `core/list.html`).
FILE_NAMES = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|html|md|css|js|svg|php))`")
SUFFIXES = {"css", "service", "socket", "sqlite3"}  # of files whose names look like those of modules
DOTTED = re.compile(rf"`((?:{'|'.join([*PACKAGES, 'tests', 'benchmarks'])})(?:\.\w+)+)`")
# In docstrings, names of modules of the portal begin with their room (``core.writes``).
DOTTED_IN_ROOMS = re.compile(
    rf"``((?:{'|'.join(path.parent.name for path in ROOT.glob('portal/*/__init__.py'))})(?:\.\w+)+)``"
)


@functools.cache
def all_files() -> frozenset[str]:
    """Return the ends of the paths of all files of the project, from the name alone to the whole path."""
    tops = [path for path in ROOT.iterdir() if path.name != "var" and not path.name.startswith(".")]
    found = [*tops, *(path for top in tops if top.is_dir() for path in top.rglob("*"))]
    parts = [path.relative_to(ROOT).parts for path in found]
    return frozenset("/".join(path[start:]) for path in parts for start in range(len(path)))


def is_known(name: str) -> bool:
    """Return whether a dotted name is a module, or a name in a module or class."""
    module, rest = name, []
    while not exists_as_module(module):
        module, dot, last = module.rpartition(".")
        if not dot:
            return False
        rest.insert(0, last)
    found: Any = importlib.import_module(module)
    for attribute in rest:
        if not hasattr(found, attribute) and attribute not in getattr(found, "__annotations__", {}):
            return False
        found = getattr(found, attribute, None)
    return True


def unknown_names(text: str) -> list[str]:
    """Return the names of files and the dotted names of modules in a text that do not exist."""
    files = [name for name in FILE_NAMES.findall(text) if name not in all_files() and not MADE_LATER.match(name)]
    rooms = [f"portal.{name}" for name in DOTTED_IN_ROOMS.findall(text)]
    dotted = [name for name in [*DOTTED.findall(text), *rooms] if name.rpartition(".")[2] not in SUFFIXES]
    return files + [name for name in dotted if not is_known(name)]


def test_the_walk_finds_names_of_files_and_modules_that_do_not_exist() -> None:
    text = "`tables.py`, `nothing.py`, `core/list.html`, `core/nothing.html`, `portal.core.views.ListView.fetch`,"
    text += " `portal.core.nothing`, `portal.core.views.Nothing`, ``core.writes.Write``, ``core.nothing``"
    missing = ["nothing.py", "core/nothing.html", "portal.core.nothing", "portal.core.views.Nothing"]
    assert unknown_names(text) == [*missing, "portal.core.nothing"]


def test_every_file_and_module_that_documents_and_docstrings_name_exists() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in [*DOCUMENTS, *MODULES]
        for name in unknown_names(prose(path))
    }
    assert sorted(named) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_the_documentation_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text())
    assert not [link for link in links if not (document.parent / link).exists()]


def missing_imports(text: str) -> list[str]:
    """Return the names that the Python examples of a document import and that do not exist."""
    examples = re.findall(r"^ *```python\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    statements = [node for example in examples for node in ast.walk(ast.parse(textwrap.dedent(example)))]
    imported = [
        (node.module or "", alias.name)
        for node in statements
        if isinstance(node, ast.ImportFrom) and not node.level
        for alias in node.names
    ]
    return [
        f"{module}.{name}"
        for module, name in imported
        if not exists_as_module(f"{module}.{name}") and not hasattr(importlib.import_module(module), name)
    ]


def test_the_walk_over_examples_finds_imports_that_do_not_exist() -> None:
    assert missing_imports("```python\nfrom portal.ngnpro import Proxy, Nothing, errors\n```") == [
        "portal.ngnpro.Nothing"
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_name_that_an_example_imports_exists(document: Path) -> None:
    assert missing_imports(document.read_text()) == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-telemetry.txt"])
def test_every_package_has_a_reason_in_a_decision_record(file: str) -> None:
    reasons = "\n".join(path.read_text() for path in (ROOT / "docs" / "decisions").glob("*.md")).lower()
    packages = re.findall(r"(?m)^([\w-]+)(?:\[\w+\])?==", (ROOT / file).read_text())
    assert len(packages) > 1
    assert not [
        package for package in packages if package.lower().removeprefix("types-").removesuffix("-stubs") not in reasons
    ]


def imports_of(folder: Path) -> set[str]:
    """Return the packages of the portal, and ``ngnpro_wire``, that the modules of a package import."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names |= {name.split(".")[1] for name in found if name.count(".") and name.startswith("portal.")}
            names |= {"ngnpro_wire" for name in found if name.split(".")[0] == "ngnpro_wire"}
    packages = {path.parent.name for path in folder.parent.glob("*/__init__.py")}
    return names & {*packages, "ngnpro_wire"} - {folder.name}


def picture_of_imports() -> list[str]:
    """Return the lines that architecture.md has for the packages of the portal."""
    portal = ROOT / "portal"
    packages = sorted(path.parent for path in portal.glob("*/__init__.py"))
    return [f"{folder.name:10} → {', '.join(sorted(imports_of(folder))) or 'nothing'}" for folder in packages]


def test_the_architecture_draws_the_imports_of_the_portal_as_they_are() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    drawn = [line for line in text.splitlines() if " → " in line and not line.startswith("|")]
    assert drawn == picture_of_imports()
