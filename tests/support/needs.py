"""The programs beyond Python that some tests need (.ci/packages.txt), and whether they are installed."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = "chromium"
PHP_SOAP = "php-soap"
SOAP_LITE = "libsoap-lite-perl"
POSTGRESQL = "postgresql"
MARIADB = "mariadb-server"
REDIS = "redis-server"
SYSTEMD = "systemd"
KAMAILIO = "kamailio"
SIPP = "sip-tester"
POWERDNS = "pdns-server"
DIG = "dnsutils"
HAPROXY = "haproxy"
# not a package: a resolv.conf and a port 53 of a test's own
ROOT = "the rights of root"
_PROGRAMS = {
    CHROMIUM: "chromium",
    PHP_SOAP: "php",
    SOAP_LITE: "SOAPsh",
    POSTGRESQL: "postgres",
    MARIADB: "mariadbd",
    REDIS: "redis-server",
    SYSTEMD: "systemd-analyze",
    KAMAILIO: "kamailio",
    SIPP: "sipp",
    POWERDNS: "pdns_server",
    DIG: "dig",
    HAPROXY: "haproxy",
}
# where Debian installs programs that are not on a user's PATH
_FOLDERS = ("/usr/sbin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))


@functools.cache
def is_there(name: str) -> bool:
    """Return whether the Debian package ``name`` is installed; ``KeyError`` for a package that no test needs."""
    if name == ROOT:
        return os.getuid() == 0
    found = _find(_PROGRAMS[name])
    if found is None:
        return False
    return name != PHP_SOAP or "soap" in subprocess.run([found, "-m"], capture_output=True, text=True).stdout


def program(name: str) -> str:
    """Return the path of a program of a package in ``.ci/packages.txt``; ``AssertionError`` if it is not installed."""
    found = _find(name)
    assert found is not None, f"The program {name} is not on this machine."
    return found


def _find(name: str) -> str | None:
    return shutil.which(name) or next(
        (found for folder in _FOLDERS if (found := shutil.which(name, path=folder))), None
    )
