"""The command lines of the portal, its Celery worker, and a Redis for both."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from portal.running.ports import HOST


def portal_command(port: int) -> list[str]:
    """Return the command line of the portal: two processes with eight threads each."""
    # Loaded once, before the workers are forked: it starts faster, and an invalid setting ends it at once.
    return [sys.executable, "-m", "portal.running.web", "--bind", f"{HOST}:{port}", "--preload"]


def worker_command() -> list[str]:
    """Return the command line of the Celery worker, with the scheduler of its periodic tasks.

    Its tasks mostly wait for mail servers and NGNPro, so threads suffice, and they start faster than processes.
    """
    return [
        # Without this, Celery prints ten lines of warning when it runs as root.
        *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
        *("-m", "celery", "--quiet", "--app", "portal", "worker", "--beat"),
        *("--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    ]


def redis_command(port: int, folder: Path) -> list[str]:
    """Return the command line of Redis, for local connections only, which writes each change to disk within a second.

    Raises ``FileNotFoundError`` if Redis is not installed.
    """
    if not shutil.which("redis-server"):
        raise FileNotFoundError("Redis is missing: apt install redis-server")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [
        *("redis-server", "--bind", HOST, "--port", str(port), "--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "warning"),
    ]
