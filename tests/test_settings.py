"""Tests that docs/settings.md documents every existing setting, and no other."""

from __future__ import annotations

import ast
import logging
import re
from dataclasses import fields
from logging.config import DictConfigurator
from pathlib import Path

import pytest
from django.conf import settings

from ngnpro_server.config import Config, load_config
from portal.log_settings import logging_at

ROOT = Path(__file__).parents[1]
PORTS = ("SIP", "CUSTOMER", "ENUM", "VOICEMAIL", "DNS", "RATING", "NETWORK", "PRESENCE")


def documented() -> set[str]:
    """Return the variables that have a row of their own in the documentation."""
    rows = [line for line in (ROOT / "docs" / "settings.md").read_text().splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"(?:^\| |\| )`((?:PORTAL|NGNPRO)_[A-Z_]+)` \|", row)}


def read_by_the_portal() -> set[str]:
    """Return the variables that the portal's settings read; one has a port's name in the middle."""
    found: set[str] = set()
    files = [*(ROOT / "portal").glob("*settings.py"), ROOT / "portal" / "installed.py"]
    modules = [path.read_text() for path in files]
    for node in (node for module in modules for node in ast.walk(ast.parse(module))):
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)):
            name = node.args[0]
            if isinstance(name, ast.Constant):
                found.add(str(name.value))
            elif isinstance(name, ast.JoinedStr):
                found |= {ast.unparse(name).replace("{port.upper()}", port)[2:-1] for port in PORTS}
    return found


def read_by_the_server(tmp_path: Path) -> set[str]:
    """Return the variables of the server: one for each key of each section."""
    file = tmp_path / "ngnpro.ini"
    file.write_text("[administrator]\nusername = admin\npassword = secret\n")
    config: Config = load_config(file, {})
    sections = {section.name: getattr(config, section.name) for section in fields(config)}
    return {f"NGNPRO_{name}_{key.name}".upper() for name, section in sections.items() for key in fields(section)}


def test_the_documentation_names_exactly_the_settings_there_are(tmp_path: Path) -> None:
    assert documented() == read_by_the_portal() | read_by_the_server(tmp_path)


def test_the_log_keeps_each_message_in_its_line() -> None:
    described = settings.LOGGING["formatters"]["line"]
    formatter = DictConfigurator({}).configure_formatter(dict(described))
    record = logging.LogRecord("portal", logging.INFO, "", 1, "No account %s", ("x\n2026 INFO portal: \x1b[2J",), None)
    assert formatter.format(record).isprintable()


@pytest.mark.parametrize("form", ["line", "json"])
def test_the_log_has_the_form_of_the_setting(form: str) -> None:
    chosen = logging_at("INFO", form)
    assert chosen["handlers"]["console"]["formatter"] == form
    formatter = DictConfigurator({}).configure_formatter(dict(chosen["formatters"][form]))
    record = logging.LogRecord("portal", logging.INFO, "", 1, "Said", (), None)
    assert ('"message": "Said"' in formatter.format(record)) == (form == "json")
