"""Where the portal's files are, where it writes, and how it is called: in a checkout, and as an installed package."""

from __future__ import annotations

from pathlib import Path

from portal import env

PACKAGE = Path(__file__).resolve().parent
# A wheel has templates, static files and documents inside this package; a checkout has them beside it.
IS_WHEEL = (PACKAGE / "templates").is_dir()
FILES = PACKAGE if IS_WHEEL else PACKAGE.parent
# A package must not write into its own folder, which an update replaces and which may belong to another user.
VAR = env.path("PORTAL_VAR", Path("var") if IS_WHEEL else FILES / "var")
COMMAND = "ngnpro-portal" if IS_WHEEL else ".venv/bin/python manage.py"
