"""Tests of the packages that `make wheels` builds: their files, and the portal and the server that run from them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

import pytest
import requests

from portal.running.commands import HOST, accepts_connections
from tests.support.processes import free_port, running

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = ("portal", "ngnpro_server", "ngnpro_wire")
FOLDERS = ("templates", "static", "docs", "examples/platform")


def run(*words: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program of this Python without the checkout on its path, and return its output."""
    variables = {"PATH": os.environ["PATH"], **environment}
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, target: Path, *kinds: str) -> Path:
    """Build packages of a source tree into a folder, and return the folder."""
    run("-m", "hatchling", "build", "-d", target, *kinds, cwd=source)
    return target


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


def wheel_in(folder: Path) -> Path:
    (wheel,) = folder.glob("*.whl")
    return wheel


def packages_of(file: str) -> list[str]:
    """Return the packages of a file of requirements, in small letters."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text().lower().splitlines())
    return [line for line in lines if line]


def names_in(wheel: Path) -> set[str]:
    """Return the files of a wheel, without those about it."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files that are sources, relative to the checkout."""
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT)


def test_the_wheel_has_every_file_of_the_programs_and_no_other(dist: Path) -> None:
    expected = {path.as_posix() for name in PACKAGES for path in files_below(ROOT / name)}
    expected |= {f"portal/{path.as_posix()}" for name in FOLDERS for path in files_below(ROOT / name)}
    assert names_in(wheel_in(dist)) == expected
    assert {"portal/docs/guides/tutorial.md", "ngnpro_wire/ngnpro.wsdl"} < expected
    assert "portal/locale/de/LC_MESSAGES/django.mo" in expected


def test_the_sdist_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / f"ngnpro_portal-{PROJECT['version']}"
    assert (source / "CHANGELOG.md").exists()
    assert names_in(wheel_in(build(source, tmp_path / "dist", "-t", "wheel"))) == names_in(wheel_in(dist))


def test_the_wheel_needs_what_the_checkout_needs(dist: Path) -> None:
    with zipfile.ZipFile(wheel_in(dist)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        facts = Parser().parsestr(archive.read(name).decode())
    needed = set(packages_of("requirements.txt"))
    telemetry = {f"{line}; extra == 'telemetry'" for line in packages_of("requirements-telemetry.txt")}
    assert {one.lower() for one in facts.get_all("Requires-Dist", [])} == needed | telemetry
    assert facts["Version"] == PROJECT["version"]


@dataclass(frozen=True, slots=True)
class Installed:
    """The wheel in a folder of its own, and an empty folder in which its commands run."""

    target: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.target)}

    def run(self, command: str, *words: str, **environment: str) -> str:
        """Run a console command of the wheel."""
        return run(self.target / "bin" / command, *words, cwd=self.home, **self.environment, **environment)


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    target, home = folder / "target", folder / "home"
    home.mkdir()
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    run("-m", "pip", "install", *options, "--target", target, wheel_in(dist), cwd=home)
    return Installed(target, home)


@pytest.fixture(scope="module")
def prepared(installed: Installed) -> tuple[Installed, str]:
    """The wheel with the databases of the server and the portal in the current folder, and what preparing printed."""
    installed.run("ngnpro-server", "init-db", "--new")
    return installed, installed.run("ngnpro-portal", "prepare", "--new")


def test_an_installed_portal_writes_into_the_current_folder_and_nothing_into_its_own(
    prepared: tuple[Installed, str],
) -> None:
    installed, said = prepared
    assert {path.name for path in (installed.target / "bin").iterdir()} == set(PROJECT["scripts"])
    made = {path.name for path in (installed.home / "var").iterdir()}
    assert made >= {"portal.sqlite3", "ngnpro.ini", "ngnpro.sqlite3", "secret-key", "static"}
    assert not (installed.target / "var").exists()
    assert "\nngnpro-portal changepassword operator\n" in said


def test_an_installed_portal_shows_its_pages_its_help_and_its_static_files(
    prepared: tuple[Installed, str], tmp_path: Path
) -> None:
    installed, said = prepared
    found = re.search(r"^Password: +(\S+)$", said, re.MULTILINE)
    assert found
    port, own, var = free_port(), free_port(), installed.home / "var"
    environment = {**installed.environment, "PATH": os.environ["PATH"], "NGNPRO_PORT": str(own)}
    environment |= {"NGNPRO_SERVER_PORT": str(own), "PORTAL_VAR": str(var), "NGNPRO_CONFIG": str(var / "ngnpro.ini")}
    server = [sys.executable, str(installed.target / "bin" / "ngnpro-server"), "serve"]
    pages = [sys.executable, str(installed.target / "bin" / "ngnpro-portal-web"), "--bind", f"{HOST}:{port}"]
    with (
        running(server, environment, tmp_path / "server") as own_server,
        running([*pages, "--workers", "1"], environment, tmp_path / "portal") as portal,
    ):
        own_server.wait_until(lambda: accepts_connections(own), "the NGNPro server listens")
        portal.wait_until(lambda: accepts_connections(port), "the portal listens")
        installed.run("ngnpro-portal", "check_ngnpro", NGNPRO_PORT=str(own))
        see_pages(f"http://{HOST}:{port}", found[1])


def see_pages(url: str, password: str) -> None:
    """Open the sign-in page with its style sheet, sign in as the first operator, and read a page of the help."""
    with requests.Session() as browser:
        page = browser.get(url, timeout=60)  # leads to the page for signing in
        assert page.status_code == 200
        sheet = re.search(r'href="(/static/portal\.[0-9a-f]+\.css)"', page.text)
        assert sheet
        assert browser.get(url + sheet[1], timeout=60).headers["Content-Type"].startswith("text/css")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "username": "operator", "password": password}
        assert browser.post(page.url, form, headers={"Referer": url}, timeout=60).status_code == 200
        document = browser.get(f"{url}/help/guides/tutorial/", timeout=60)
        assert document.status_code == 200
        title = (ROOT / "docs" / "guides" / "tutorial.md").read_text().partition("\n")[0].removeprefix("# ")
        assert title in document.text
