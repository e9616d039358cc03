"""What the processes load when they start: the memory and the start of each depend on it (docs/benchmarks.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Packages with large tables or many modules, which only letters, spreadsheets, estimates and greetings need.
LARGE = ("fpdf", "fontTools", "openpyxl", "zxcvbn", "av")
PAGES = ("portal.urls", "portal.accounts.views.records", "portal.api.routes")


def loaded_by(statement: str, names: tuple[str, ...], folder: Path) -> set[str]:
    """Return which of the modules a new process has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint('loaded:', *(name for name in {names!r} if name in sys.modules))"
    environment = {**os.environ, "PORTAL_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment.pop("CELERY_SKIP_CHECKS", None)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("loaded:")]
    return set(line.split()[1:])


def test_a_process_of_the_portal_loads_all_pages_before_the_first_one_is_opened_and_no_large_package(
    tmp_path: Path,
) -> None:
    assert loaded_by("from portal.running.web import _load; _load()", (*LARGE, *PAGES), tmp_path) == set(PAGES)


def test_the_worker_loads_neither_pages_nor_large_packages(tmp_path: Path) -> None:
    start = (
        "from portal.celery import app\nfrom celery.fixups.django import DjangoWorkerFixup\n"
        "app.loader.import_default_modules()\nDjangoWorkerFixup(app).validate_models()\n"
        "assert 'portal.mail.outbox.tasks.deliver_mail' in app.tasks"
    )
    assert loaded_by(start, (*LARGE, *PAGES), tmp_path) == set()
