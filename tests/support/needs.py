"""The programs that some tests need beyond Python (.ci/packages.txt), and whether they are on this machine."""

from __future__ import annotations

import functools
import shutil
import subprocess

CHROMIUM = "chromium"
PHP_SOAP = "php-soap"
_PROGRAMS = {CHROMIUM: "chromium", PHP_SOAP: "php"}


@functools.cache
def is_there(name: str) -> bool:
    """Tell whether the Debian package ``name`` is here to be used; ``KeyError`` for one that no test needs."""
    program = shutil.which(_PROGRAMS[name])
    if program is None:
        return False
    return name != PHP_SOAP or "soap" in subprocess.run([program, "-m"], capture_output=True, text=True).stdout
