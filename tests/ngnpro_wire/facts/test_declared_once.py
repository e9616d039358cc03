"""Facts that the server and the portal share are declared in ``ngnpro_wire.facts`` only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ngnpro_wire.facts.customer_properties import KNOWN_PROPERTIES
from ngnpro_wire.facts.enum_services import SERVICES
from ngnpro_wire.facts.fault_codes import FaultCode

ROOT = Path(__file__).resolve().parents[3]
FACTS = ROOT / "ngnpro_wire" / "facts"
SOURCES = [
    path
    for package in ("ngnpro_wire", "ngnpro_server", "portal")
    for path in (ROOT / package).rglob("*.py")
    if FACTS not in path.parents and "migrations" not in path.parts
]
SEPARATORS = set(r"[\s()./-]")
ESCAPED = set("%_\\")


def _constants(node: ast.AST) -> set[object]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}


def _copies(tree: ast.AST) -> Iterator[str]:
    """Yield the declarations in a module that repeat a table of the facts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            values = {one.value.value for one in node.body if isinstance(one, ast.Assign) and _is_number(one.value)}
            if len(values & set(FaultCode)) > 2:
                yield f"line {node.lineno}: fault codes"
        elif isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            if len(keys & set(SERVICES)) > 4:
                yield f"line {node.lineno}: ENUM services"
            if len(keys & set(KNOWN_PROPERTIES)) > 4 and _constants(node) & {"admin", "reseller"}:
                yield f"line {node.lineno}: customer properties"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if set(node.value) == SEPARATORS:
                yield f"line {node.lineno}: separators of telephone numbers"
            if set(node.value) - set("[]()r") == ESCAPED and len(node.value) < 12:
                yield f"line {node.lineno}: escaped characters of filters"


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_repeats_a_table_of_the_facts(path: Path) -> None:
    assert list(_copies(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class Code(IntEnum):\n    A = 1000\n    B = 1001\n    C = 9004\n", "fault codes"),
        ("S = {'sip': 1, 'tel': 1, 'im': 1, 'pres': 1, 'voice': 1}", "ENUM services"),
        (
            "P = {'sip_credit': 'admin', 'yubikey': 'reseller', 'currency': '', 'sip_proxy': '', 'xcap_root': ''}",
            "customer properties",
        ),
        ("re.sub(r'[\\s.()/-]', '', text)", "separators of telephone numbers"),
        ("SPECIAL = frozenset('%_\\\\')", "escaped characters of filters"),
    ],
)
def test_a_repeated_table_is_found(source: str, found: str) -> None:
    assert [copy.partition(": ")[2] for copy in _copies(ast.parse(source))] == [found]
