"""The command lines of the portal, its Celery worker and a Redis for both, and checks of their ports."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"


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


def is_taken(port: int) -> bool:
    """Return whether another program listens on ``port`` of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The servers set it, too: with it, a port that only has connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def accepts_connections(port: int) -> bool:
    """Return whether a program accepts connections on ``port`` of this machine."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
