"""`python -m portal.running.web`: serve the portal's pages in worker processes (docs/operations.md).

The main process does not load the portal, except with ``--preload``, so that each reload reads the code again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

from ngnpro_wire.front.application import Front
from ngnpro_wire.front.channel import Strangers

# The largest uploads are files of domains and spreadsheets, plus their forms; portal.core.middleware limits each page.
LARGEST_BODY = 17 * 1024 * 1024
# Without a session, waitress keeps so much in memory and writes nothing to disk; the portal's own limit is lower.
STRANGERS = Strangers("portal-session", 256 * 1024)


def main(words: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM; HUP replaces the worker processes. A socket passed by systemd is used instead of --bind."""
    parser = argparse.ArgumentParser(prog="python -m portal.running.web", description="Serve the portal's pages.")
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port to listen at")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=8, help="pages that one process makes at a time")
    parser.add_argument("--max-requests", type=int, default=0, help="replace a process after so many requests")
    parser.add_argument(
        "--preload",
        action="store_true",
        help="load the portal once for all processes: a quicker start, and a reload that reads no new code",
    )
    parser.add_argument(
        "--drain",
        type=float,
        default=0,
        help="seconds after SIGTERM in which /health/ says that it stops",
    )
    given = parser.parse_args(words)
    settings = {
        "bind": given.bind,
        "workers": given.workers,
        "threads": given.threads,
        "max_requests": given.max_requests,
        "max_requests_jitter": given.max_requests // 10,
        "preload_app": given.preload,
        "loglevel": "warning",
        "proc_name": "portal",
        "on_exit": _tidy_up,
    }
    # prometheus_client reads this when it is imported, which is later, to add up the numbers of all processes
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="portal-metrics-")
    Front(_load, LARGEST_BODY, settings, STRANGERS, given.drain).run()


def _tidy_up(_arbiter: Any) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.running.preparing import checkpoint_database

    checkpoint_database()
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def _load() -> Any:
    from django.urls import get_resolver

    from ngnpro_wire.spans import start_tracing
    from portal.wsgi import application

    # Django would load them for the first page, in each process again: what is loaded before the fork is shared.
    get_resolver().url_patterns  # noqa: B018 - a property that imports
    start_tracing("portal")
    return application


if __name__ == "__main__":
    main()
