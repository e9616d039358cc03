"""The programs that some tests need beyond Python (.ci/packages.txt), and whether they are on this machine."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

CHROMIUM = "chromium"
PHP_SOAP = "php-soap"
POSTGRESQL = "postgresql"
MARIADB = "mariadb-server"
REDIS = "redis-server"
SYSTEMD = "systemd"
_PROGRAMS = {
    CHROMIUM: "chromium",
    PHP_SOAP: "php",
    POSTGRESQL: "postgres",
    MARIADB: "mariadbd",
    REDIS: "redis-server",
    SYSTEMD: "systemd-analyze",
}
# where Debian keeps programs that a person's PATH does not name
_FOLDERS = ("/usr/sbin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))


@functools.cache
def is_there(name: str) -> bool:
    """Tell whether the Debian package ``name`` is here to be used; ``KeyError`` for one that no test needs."""
    found = _find(_PROGRAMS[name])
    if found is None:
        return False
    return name != PHP_SOAP or "soap" in subprocess.run([found, "-m"], capture_output=True, text=True).stdout


def program(name: str) -> str:
    """Find a program that a package of ``.ci/packages.txt`` brings; ``AssertionError`` where it is missing."""
    found = _find(name)
    assert found is not None, f"The program {name} is not on this machine."
    return found


def _find(name: str) -> str | None:
    return shutil.which(name) or next(
        (found for folder in _FOLDERS if (found := shutil.which(name, path=folder))), None
    )
