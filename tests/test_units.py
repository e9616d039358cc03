"""Tests of the systemd units in examples/systemd: what they start exists, and they wait for a late database."""

from __future__ import annotations

import configparser
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.needs import SYSTEMD

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted((ROOT / "examples" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
BIN = "/srv/portal/app/.venv/bin/"


def read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    return parser


def test_operations_names_every_unit() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    assert len(UNITS) == 5
    assert [unit.name for unit in UNITS if f"`{unit.name}`" not in text] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_tried_again_for_as_long_as_it_takes(unit: Path) -> None:
    parser = read(unit)
    service = parser["Service"]
    assert service["Restart"] == "always"
    assert service["RestartSec"] == "5"
    assert parser["Unit"]["StartLimitIntervalSec"] == "0"
    # checking a large file, or waiting a minute for a database server, must not time out
    assert int(service["TimeoutStartSec"]) >= 300
    assert "postgresql.service" in parser["Unit"]["After"].split()
    assert service["User"] == "portal"


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_commands_of_a_service_are_those_of_this_version(unit: Path) -> None:
    service = read(unit)["Service"]
    for name in ("ExecStartPre", "ExecStart"):
        if name in service:
            program, *words = shlex.split(service[name])
            assert program.startswith(BIN)
            command = [str(Path(sys.executable).parent / program.removeprefix(BIN)), *words, "--help"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, done.stderr


@pytest.mark.needs(SYSTEMD)
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    for each in UNITS:
        # the paths of this installation, so that systemd finds the programs
        text = each.read_text().replace(BIN, f"{Path(sys.executable).parent}/").replace("/srv/portal/app", str(ROOT))
        (tmp_path / each.name).write_text(text.replace("User=portal\n", "").replace("EnvironmentFile=", "# "))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
