"""`make audit`: the licences of all installed packages, and whether any is known to be vulnerable (pip-audit)."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

# Words of licences that allow use, changes and sale, or that bind only changes to the package itself.
FREE = ("MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "MPL", "Mozilla", "LGPL", "Lesser General")
FREE += ("Zope", "ZPL", "Unlicense", "Public Domain", "HPND", "OFL", "Open Font", "CNRI", "0BSD", "CC0")
# What these packages do not say about themselves, from the files that they contain.
KNOWN = {"axe-playwright-python": "MIT"}
UNREACHABLE = 2


def licence_of(package: Distribution) -> str:
    """Return what a package says of its licence: an SPDX expression, else classifiers, else the first line."""
    facts = package.metadata
    classifiers = [line.rsplit(" :: ")[-1] for line in facts.get_all("Classifier") or [] if line.startswith("License")]
    said = facts.get("License-Expression") or ", ".join(classifiers) or (facts.get("License") or "").split("\n")[0]
    return said or KNOWN.get(package.name.lower(), "")


def unclear_licences(packages: Iterator[Distribution]) -> list[str]:
    """Return a line for each package whose licence is unknown, or not one of those that are free for any use."""
    found = {package.name: licence_of(package) for package in packages}
    return [
        f"{name}: {licence or 'says nothing of its licence'}"
        for name, licence in sorted(found.items())
        if not any(re.search(rf"\b{re.escape(word)}\b", licence, re.IGNORECASE) for word in FREE)
    ]


def vulnerabilities(program: Path, requirements: str) -> tuple[int, str]:
    """Run pip-audit on pinned requirements; return its status (``UNREACHABLE`` without its source) and its output."""
    command = [str(program), "--progress-spinner=off", "--disable-pip", "--no-deps", "--requirement", "/dev/stdin"]
    done = subprocess.run(command, input=requirements, capture_output=True, text=True, timeout=600)
    text = done.stdout + done.stderr
    is_away = any(
        sign in text for sign in ("ConnectionError", "Max retries", "ServiceError", "timed out", "ProxyError")
    )
    return (UNREACHABLE if done.returncode and is_away else done.returncode), text


def main(program: Path) -> int:
    """Print both results; return 0 if all is well, 1 if something is to be mended, 2 if it could not be found out."""
    unclear = unclear_licences(distributions())
    print("\n".join(unclear) if unclear else "Every installed package has a licence that is free for any use.")
    pinned = "".join(f"{one.name}=={one.version}\n" for one in distributions() if one.name not in ("pip", "setuptools"))
    status, text = vulnerabilities(program, pinned)
    if status == UNREACHABLE:
        print("Whether packages are vulnerable is not known: the database of pip-audit cannot be reached.")
    else:
        print(text.strip())
    return 1 if unclear else status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
