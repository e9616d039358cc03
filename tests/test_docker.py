"""Tests of examples/docker, which nobody needs Docker for: settings, commands and files that exist, and no rights."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_settings import documented

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "examples" / "docker"
DOCKERFILE = FOLDER / "Dockerfile"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "ngnpro-portal"}
COMMANDS = {*tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"], "celery"}


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with their arguments; lines that continue are joined."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_hadolint_finds_nothing_wrong_with_the_dockerfile() -> None:
    program = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([program, DOCKERFILE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_is_built_in_two_stages_and_runs_as_a_user_without_rights() -> None:
    assert [name for name, _rest in instructions()].count("FROM") == 2
    last = [name for name, _rest in instructions()][::-1].index("FROM")
    final = dict(instructions()[-last:])
    assert int(final["USER"]) > 0
    assert set(re.findall(r"((?:PORTAL|NGNPRO)_\w+)=", final["ENV"])) <= documented()
    assert yaml.safe_load(final["CMD"])[0] in COMMANDS


def test_the_build_gets_the_files_that_the_wheel_is_made_of() -> None:
    kept = {line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"}
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert kept >= {*wheel["packages"], *wheel["force-include"], "requirements.txt", "pyproject.toml", "LICENSE"}
    assert [name for name in kept if not (ROOT / name).exists()] == []


def test_every_setting_of_the_services_is_documented() -> None:
    named = {variable for service in OURS.values() for variable in service["environment"]}
    assert len(named) > 10
    assert named - documented() == set()


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_of_the_package_with_a_read_only_root_and_no_capability(name: str) -> None:
    service = OURS[name]
    program, *words = service.get("command", ["ngnpro-portal-web"])
    assert program in COMMANDS
    assert service["read_only"] is True
    assert (service["cap_drop"], service["user"]) == (["ALL"], "10001")
    modules = {"ngnpro-portal": ["manage.py"], "ngnpro-server": ["-m", "ngnpro_server"], "celery": ["-m", "celery"]}
    command = [sys.executable, *modules.get(program, ["-m", "portal.running.web"]), *words, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def test_only_nginx_can_be_reached_from_outside_and_every_file_that_is_mounted_is_there_or_explained() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    mounted = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    }
    assert {name for name in mounted if not (FOLDER / name).exists()} == {"./tls"}
    assert "`tls`" in (ROOT / "docs" / "packages.md").read_text()


def test_the_documentation_names_every_secret_and_variable_that_the_services_need() -> None:
    needed = set(re.findall(r"\$\{(\w+):", (FOLDER / "compose.yaml").read_text()))
    text = (ROOT / "docs" / "packages.md").read_text()
    assert len(needed) >= 5
    assert [name for name in needed if f"`{name}`" not in text] == []


def test_the_site_of_nginx_sets_what_the_portal_trusts() -> None:
    text = (FOLDER / "nginx.conf").read_text()
    described = (ROOT / "docs" / "operations.md").read_text()
    lines = [line.strip() for line in text.splitlines() if "proxy_set_header" in line or "_timeout" in line]
    assert len(lines) >= 6
    assert [line for line in lines if line not in described] == []


def test_browsers_load_the_parts_of_a_page_over_one_connection() -> None:
    assert "http2 on;" in (FOLDER / "nginx.conf").read_text()
    assert "listen 443 ssl http2;" in (ROOT / "docs" / "operations.md").read_text()
